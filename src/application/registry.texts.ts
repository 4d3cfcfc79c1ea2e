import type { PlaceRefusal } from '../domain/registry/place.js';
import type { RefusalTexts } from './texts.js';

export const texts: RefusalTexts<PlaceRefusal | 'registry.place-not-found'> = {
  'registry.place-exists': {
    zh: '{place} 已登记为“{name}”。要改名请用更名，要登记别处请换一个代码。',
    en: '{place} is registered already, as “{name}”. Rename it, or register another place under another code.',
  },
  'registry.place-not-found': {
    status: 404,
    zh: '没有代码为 {place} 的地点。请核对代码；新的地点要先登记。',
    en: 'There is no place with the code {place}. Check the code; a new place is registered first.',
  },
  'registry.wrong-level': {
    status: 422,
    zh: '这一级地点不能放在它的代码所指的上级之下。镇属于县，村和社区属于镇，小区、院落和聚落属于村或社区，楼栋属于小区、院落或聚落，住户属于楼栋或它们。请核对代码和级别。',
    en: 'A place of this level cannot lie in the place that its code names. Towns lie in a county, villages and communities in a town, compounds, courtyards and settlements in a village or community, buildings in one of those, households in a building or one of those. Check the code and the level.',
  },
  'registry.area-only-for-households': {
    status: 422,
    zh: '只有住户有专有面积。请去掉面积，或把级别改为住户。',
    en: 'Only a household has an exclusive area. Leave the area out, or register a household.',
  },
  'registry.place-merged': {
    zh: '此地已并入 {into}。请到 {into} 办理。',
    en: 'This place was merged into {into}. Do it there.',
  },
  'registry.merge-into-itself': {
    status: 422,
    zh: '一个地点不能并入它自己，也不能并入它下面的地点。请另选一个地点。',
    en: 'A place cannot be merged into itself or into a place within it. Choose another place.',
  },
};
