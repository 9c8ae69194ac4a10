// Package limit says how often something may happen, for each of very many keys: addresses, people, a person's verbs. Rate
// is a bucket for each key, Count a number of things that are open at once, and verb.go the table of what people do and how
// often, for whoever takes it in: gateways from sockets, services from calls. Rate and Count hold a bounded number of keys, whatever
// strangers send, and cost one map look-up under a lock that nobody holds while waiting.
package limit
