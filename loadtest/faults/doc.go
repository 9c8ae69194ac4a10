// Command faults breaks an installation on purpose and proves what is promised of it: three brokers, two processes of
// services and three gateways as processes of their own, an audience that comes back as good clients do, and an auditor
// that looks for every acknowledged comment, vote and heart afterwards. Run it with make faults. A scenario is a function
// in scenarios.go that breaks something and mends it; place.go runs the processes, crowd.go the audience, audit.go holds
// what was acknowledged against what is there.
package main
