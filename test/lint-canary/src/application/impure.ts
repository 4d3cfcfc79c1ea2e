import { Injectable } from '@nestjs/common';
import { engine } from '../infrastructure/engine.js';

export const broken = [engine, Injectable];
