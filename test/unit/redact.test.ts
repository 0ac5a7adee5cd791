// What a text loses on its way to a log or an answer.
import { forLog, keepSecret, withoutSecrets } from '../../shared/redact';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

test.each([
  [`authorization: Bearer ${JWT}`, 'authorization: Bearer [redacted]'],
  ['bearer opaque-token, then', 'Bearer [redacted], then'],
  [`the token ${JWT} was refused`, 'the token [redacted] was refused'],
  ['cut: eyJhbGciOi', 'cut: [redacted]'],
  ['HMAC-SHA256 SignedHeaders=host&Signature=YWJj+/==', 'HMAC-SHA256 SignedHeaders=host&Signature=[redacted]'],
  ['endpoint=https://x/;accesskey=YWJj==;', 'endpoint=https://x/;accesskey=[redacted];'],
  ['https://x/?code=abc&a=1', 'https://x/?code=[redacted]&a=1'],
  ['"X-IDENTITY-HEADER": "abc"', '"X-IDENTITY-HEADER: [redacted]"'],
  ['nothing to hide', 'nothing to hide'],
])('%s', (text, clean) => {
  expect(withoutSecrets(text)).toBe(clean);
});

test('a secret that is known goes, wherever it stands', () => {
  keepSecret('s3cret', 'other');
  expect(withoutSecrets('as3cretb s3cret other')).toBe('a[redacted]b [redacted] [redacted]');
});

test('people go from the log alone', () => {
  const text = 'left: 8:acs:db75ed0c_0000-1.2, 8:gcch-acs:x';
  expect(withoutSecrets(text)).toBe(text);
  expect(forLog(text)).toBe('left: [participant], [participant]');
});
