// Package interop holds tests of the socket with clients that are not ours, driven frame by frame through a relay. What
// two of our own ends agree on may still be wrong.
package interop
