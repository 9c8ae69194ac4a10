// The little of ws that the tests use; the package brings no types.
declare module "ws" {
  export default class WebSocket {
    constructor(url: string, protocols?: string | string[]);
    terminate(): void;
  }
}
