// Package docs holds no code: its tests compare the documents of this repository with what they are about. Every fault
// reason, close code, metric and setting has its row and no row is without one; links, anchors and pictures exist;
// commands in examples can be typed; the README's program compiles; and the import fences of ARCHITECTURE.md stand.
package docs
