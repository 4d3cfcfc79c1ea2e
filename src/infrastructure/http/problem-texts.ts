import type { KernelRefusal } from '../../application/kernel/command.js';
import type { RefusalText } from '../../application/kernel/texts.js';
import type { Bilingual } from '../../domain/shared/bilingual.js';

export interface ProblemText {
  readonly status: number;
  readonly title: Bilingual;
  /** What is wrong and what to do next. `{name}` is replaced by a value of the problem. */
  readonly detail: Bilingual;
  /** The detail where the place concerned is the home of a person, which is not named. */
  readonly atHome?: Bilingual;
}

const text = (status: number, titleZh: string, titleEn: string, zh: string, en: string): ProblemText => ({
  status,
  title: { zh: titleZh, en: titleEn },
  detail: { zh, en },
});

const atHome: Bilingual = {
  zh: '这件事要有此人登记地（未登记的为县）的以下身份之一：{roles}。请找有此身份的人。',
  en:
    'This needs one of these roles at the place where the person is registered, or at the county if they are not: {roles}. Ask ' +
    'somebody who has one.',
};

/** The problems of the HTTP layer, in one table, so the file is long. Those of deciders have their texts in their contexts. */
export const problemTexts = {
  'request.malformed-json': text(
    400,
    'JSON 有误',
    'Malformed JSON',
    '请求的正文不是正确的 JSON。请改正后再发。',
    'The body of the request is not valid JSON. Correct it and send it again.',
  ),
  'request.not-utf-8': text(
    400,
    '不是 UTF-8',
    'Not UTF-8',
    '请求的正文不是 UTF-8 编码。请改用 UTF-8 编码再发。',
    'The body of the request is not in UTF-8. Encode it as UTF-8 and send it again.',
  ),
  'request.invalid': text(
    400,
    '请求有误',
    'Invalid request',
    '有些内容不合要求。请按 errors 逐项改正后再发。',
    'Some parts of the request are invalid. Correct what `errors` lists and send it again.',
  ),
  'request.too-large': text(
    413,
    '请求太大',
    'Request too large',
    '请求的正文最多 {limit} 字节。请缩短或分几次发送。',
    'The body may have at most {limit} bytes. Shorten it or send it in parts.',
  ),
  'request.unsupported-media-type': text(
    415,
    '不支持的格式',
    'Unsupported media type',
    '请以 Content-Type: application/json 发送，用 UTF-8 编码。',
    'Send the request with Content-Type: application/json, in UTF-8.',
  ),
  'request.unsupported-encoding': text(
    415,
    '不支持的内容编码',
    'Unsupported content coding',
    '请求的正文请不经压缩直接发送，不带 Content-Encoding。',
    'Send the body uncompressed and without Content-Encoding.',
  ),
  'request.not-found': text(
    404,
    '没有这个地址',
    'No such address',
    '这里没有这个地址。全部地址见 /docs。',
    'There is nothing at this address. All addresses are listed at /docs.',
  ),
  'request.method-not-allowed': text(
    405,
    '此处不能用这个方法',
    'Method not allowed',
    '这个地址只接受 {allow}。',
    'This address accepts only {allow}.',
  ),
  'request.malformed-http': text(
    400,
    'HTTP 有误',
    'Malformed HTTP',
    '收到的不是正确的 HTTP 请求。请改用一般的 HTTP 客户端。',
    'The data received is not an HTTP request. Use a common HTTP client.',
  ),
  'request.timeout': text(
    408,
    '等候过久',
    'Request timeout',
    '请求迟迟没有收完。请重新发送。',
    'The request did not arrive completely in time. Send it again.',
  ),
  'request.headers-too-large': text(
    431,
    '请求头太大',
    'Headers too large',
    '请求头或地址太长。请缩短后再发。',
    'The headers or the address are too long. Shorten them and send it again.',
  ),
  'request.expectation-failed': text(
    417,
    '不支持的 Expect',
    'Expectation failed',
    '请求头 Expect 只能是 100-continue。请去掉后再发。',
    'The header Expect may only be 100-continue. Leave it out and send it again.',
  ),
  'request.channel-not-allowed': text(
    422,
    '渠道不符',
    'Wrong channel',
    '代他人录入或补录过去的事，Wuwei-Channel 须为 paper-form、door-to-door 或 import；系统渠道不对外开放。',
    'Entries for another person, or of past acts, need the Wuwei-Channel paper-form, door-to-door or import. The channel system ' +
      'cannot be used in requests.',
  ),
  'request.occurred-in-future': text(
    422,
    '时间还没有到',
    'Not yet',
    '不能录入还没有发生的事。请核对发生的时间。',
    'The time is in the future. Check when it happened.',
  ),
  'request.occurred-before-its-subject': text(
    422,
    '那时还没有这一项',
    'Before it existed',
    '这件事所关的那一项 {since} 才有，不会发生在这之前。请核对发生的时间。',
    'This exists only since {since}, so nothing can have happened to it before. Check when it happened.',
  ),
  'request.beyond-the-log': text(
    400,
    '没有这个位置',
    'No such position',
    '日志还没有第 {position} 位。请用系统答复给您的位置。',
    'The log has no position {position} yet. Use a position from an answer of this server.',
  ),
  'request.no-such-position': text(
    400,
    '没有这个位置',
    'No such position',
    '日志里没有 {position} 这个位置。请用系统答复给您的位置。',
    'The log has no position {position}. Use a position from an answer of this server.',
  ),
  'request.quota-exceeded': text(
    429,
    '今天的次数已用完',
    'Daily limit reached',
    '这件事每人每天最多 {most} 次，今天已满。{day} 零点（北京时间）以后可以再办。',
    'Each person may do this at most {most} times a day. Try again after {day}, 00:00 in China.',
  ),
  'request.records-too-much': text(
    422,
    '要记录的内容太多',
    'Too much to record at once',
    '这个请求要记录 {bytes} 字节，一次最多 {most} 字节。什么也没有记录。请缩短或分几次办理。',
    'This request would record {bytes} bytes; at most {most} are possible at once. Nothing was recorded. Shorten it or send it in parts.',
  ),
  'request.too-many': text(
    429,
    '请求太多',
    'Too many requests',
    '一分钟内的请求太多。请 {seconds} 秒后再试。',
    'There were too many requests within a minute. Try again in {seconds} seconds.',
  ),
  'auth.missing': text(
    401,
    '请先登录',
    'Not signed in',
    '请在 Authorization 里带上 Bearer 令牌。',
    'Send a bearer token in Authorization.',
  ),
  'auth.invalid-token': text(
    401,
    '令牌无效',
    'Invalid token',
    '令牌不是本系统签发的，或已被改动。请重新登录取得新令牌。',
    'The token was not issued for this system, or it was changed. Sign in again to get a new one.',
  ),
  'auth.expired-token': text(
    401,
    '令牌已过期',
    'Expired token',
    '令牌已过期。请重新登录取得新令牌。',
    'The token has expired. Sign in again to get a new one.',
  ),
  'auth.revoked-token': text(
    401,
    '令牌已吊销',
    'Revoked token',
    '令牌已被吊销。请重新登录取得新令牌；如非您本人吊销，请联系所在村（社区）。',
    'The token was revoked. Sign in again to get a new one. If you did not revoke it, ask your village or community.',
  ),
  'auth.not-allowed': {
    ...text(
      403,
      '无权这样做',
      'Not allowed',
      '您在 {place} 没有做这件事的身份。请找有此身份的人，或请镇村干部授予。',
      'You have no role at {place} that allows this. Ask somebody who has one, or ask a cadre to grant it to you.',
    ),
    atHome,
  },
  'auth.no-such-capacity': {
    ...text(
      403,
      '没有这一身份',
      'No such capacity',
      '您在 {place} 没有您所说的身份，或这一身份不能做这件事。请换一个身份，或请镇村干部授予。',
      'You do not have the capacity that you named at {place}, or it does not allow this. Use another capacity, or ask a cadre to ' +
        'grant it to you.',
    ),
    atHome,
  },
  'idempotency.key-reused': text(
    422,
    'Idempotency-Key 已用过',
    'Idempotency-Key already used',
    '这个 Idempotency-Key 已用于另一个请求。新的请求请用新的键。',
    'This Idempotency-Key was used for another request. Use a new key for a new request.',
  ),
  'precondition.failed': text(
    412,
    '内容已有变化',
    'Changed in the meantime',
    '您读取之后内容已有变化（现为版本 {revision}）。请重新读取，再决定是否还要这样做。',
    'It has changed since you read it (now at revision {revision}). Read it again and decide whether to repeat your request.',
  ),
  'log.contended': text(
    503,
    '同时办理的人太多',
    'Too many at once',
    '同时有多人在改同一项内容。请稍候用同一个 Idempotency-Key 再发。',
    'Several people are changing the same thing. Send the request again soon with the same Idempotency-Key.',
  ),
  'log.unavailable': text(
    503,
    '暂时不能写入',
    'Cannot be recorded now',
    '什么也没有记录。请稍候用同一个 Idempotency-Key 再发。',
    'Nothing was recorded. Send the request again later with the same Idempotency-Key.',
  ),
  'log.outcome-unknown': text(
    503,
    '还不知道是否已经记录',
    'It may have been recorded',
    '这件事可能已经记录，也可能没有。请用同一个 Idempotency-Key 再发：已经记录的不会再记一次。原来没有带键的，请先查看是否已经记录。',
    'This may have been recorded, or not. Send the request again with the same Idempotency-Key: it is never recorded twice. If you ' +
      'sent no key, first look whether it was recorded.',
  ),
  'log.behind': text(
    503,
    '日志副本还没有更新到此',
    'Copy of the log not up to date yet',
    '这里所读的日志副本还没有更新到第 {position} 位。请稍候再读。',
    'The copy of the log that is read here has not reached position {position} yet. Read it again soon.',
  ),
  'log.taken-over': text(
    503,
    '已由另一个进程接管',
    'Another process has taken over',
    '另一个服务进程已接管这里的数据，本进程不再记录任何内容。请管理员结束本进程；再发时可用同一个 Idempotency-Key。',
    'Another server process has taken over the data, and this one records nothing more. The operator must end this process. Then ' +
      'send the request again with the same Idempotency-Key.',
  ),
  'log.damaged': text(
    503,
    '日志有一处损坏',
    'Part of the log is damaged',
    '这里要读的一段日志已损坏，请把编号 {reference} 告诉管理员；其余部分照常使用。',
    'The part of the log that this needs is damaged. Give the operator the reference {reference}. Everything else still works.',
  ),
  'person.unreadable': text(
    503,
    '个人信息无法读取',
    'Personal data cannot be read',
    '这件事需要的个人信息无法读取：密钥缺失或损坏，或内容被改动。什么也没有记录。请把编号 {reference} 告诉管理员；其余部分照常使用。',
    'Personal data that this needs cannot be read: its key is missing or damaged, or it was changed. Nothing was recorded. Give ' +
      'the operator the reference {reference}. Everything else still works.',
  ),
  'log.newer-than-program': text(
    503,
    '程序版本过旧',
    'Upgrade needed',
    '这项内容中有较新版本的程序所写的记录，本程序不能据此办理。请管理员升级程序。',
    'A later version of the program has recorded something here that this version cannot read. The operator must upgrade the ' +
      'program first.',
  ),
  'read-models.damaged': text(
    503,
    '有一处数据损坏',
    'Some of the data is damaged',
    '这里要读的数据（{projection}）有一处损坏，可根据日志重建。请把编号 {reference} 告诉管理员；其余部分照常使用。',
    'The data that this needs ({projection}) is damaged; it can be rebuilt from the log. Give the operator the reference ' +
      '{reference}. Everything else still works.',
  ),
  'read-models.unavailable': text(
    503,
    '暂时不能读取',
    'Cannot be read now',
    '这里要读的数据暂时无法取得，什么也没有记录。请稍候再试；提交的请用同一个 Idempotency-Key 再发。',
    'The data that this needs cannot be read at the moment, and nothing was recorded. Try again later; send a command with the ' +
      'same Idempotency-Key.',
  ),
  'keys.unavailable': text(
    503,
    '暂时不能读写个人信息',
    'Personal data cannot be read or written now',
    '个人信息的密钥暂时无法取得，什么也没有记录。请稍候再试，提交的请用同一个 Idempotency-Key 再发；仍然不行的，请告诉管理员。',
    'The keys of personal data cannot be read at the moment, and nothing was recorded. Try again later; send a command with the ' +
      'same Idempotency-Key. If it stays so, tell the operator.',
  ),
  'read-models.behind': text(
    503,
    '数据还没有更新到此',
    'Data not up to date yet',
    '数据还没有更新到第 {position} 位。请稍候再读。',
    'The data has not reached position {position} yet. Read it again soon.',
  ),
  'server.error': text(
    500,
    '系统出错',
    'Server error',
    '这是系统的错误，不是您的。请稍候再试；仍不行，请把编号 {reference} 告诉管理员。',
    'This is an error of the system, not yours. Try again later. If it happens again, give the operator the reference {reference}.',
  ),
} as const satisfies Readonly<
  Record<string, ProblemText> & Record<Exclude<KernelRefusal, `registry.${string}` | 'person.erased'>, ProblemText>
>;
export type ProblemCode = keyof typeof problemTexts;

/** For `<context>.not-found` if the context has no text for it. */
export const notFound = text(404, '找不到', 'Not found', '没有这一项，请核对编号。', 'There is no such thing. Check the id.');

/** The title of a refusal, by its status; the detail is the context's text. */
export const refusalTitles: Readonly<Record<NonNullable<RefusalText['status']>, Bilingual>> = {
  403: { zh: '无权这样做', en: 'Not allowed' },
  404: notFound.title,
  409: { zh: '现在不能这样做', en: 'Not as things stand' },
  422: { zh: '不合规则', en: 'Against the rules' },
};
