// Package lab tries rules with packets: network namespaces of Linux are the
// machines of a site, each with a line to a router.
package lab
