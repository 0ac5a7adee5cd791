// An answer in the form in which the programming model takes it cheapest.
import { HttpResponse } from '@azure/functions';
import type { Answer } from '../shared/contract/answer';

const utf8 = new TextEncoder();

/**
 * The programming model turns whatever a function returns into a fetch Response and reads its body back out of a stream. A
 * response that has its bytes at hand spares both.
 */
export class BufferedResponse extends HttpResponse {
  override readonly arrayBuffer: () => Promise<ArrayBuffer>;

  constructor({ status, headers, body }: Answer) {
    super({ status, headers });
    this.arrayBuffer = async () => utf8.encode(body).buffer;
  }
}
