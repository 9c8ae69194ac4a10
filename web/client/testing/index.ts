// @ovation/client/testing: a server in memory, for tests of what is built on the client.
export { FakeServer, type FakeVisitor } from "./fake";
export { FakeRoom, type FakeOptions, type FakeQuestion } from "./room";
