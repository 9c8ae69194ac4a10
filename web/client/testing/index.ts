// @ovation/client/testing: a server in memory, for tests of what is built on the client.
export { FakeServer, type FakeOptions, type FakeVisitor } from "./fake";
