package harm

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// giveWay has this process, and those that it starts from now on, run only where nobody else wants a core (SCHED_IDLE). Good
// viewers and attackers have machines of their own in a show. Here they share the server's cores, and each moment in which
// one of them keeps a core from the server would count as harm that the attack did to it.
func giveWay() error {
	done := make(map[string]bool)
	for before := -1; before != len(done); { // again, for a thread that another one began before its own turn
		before = len(done)
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return fmt.Errorf("give way to the server: %w", err)
		}
		for _, t := range threads {
			if done[t.Name()] {
				continue
			}
			id, err := strconv.Atoi(t.Name())
			if err == nil {
				err = unix.SchedSetAttr(id, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE}, 0)
			}
			if err != nil && !errors.Is(err, unix.ESRCH) { // it may have ended
				return fmt.Errorf("give way to the server: %w", err)
			}
			done[t.Name()] = true
		}
	}
	return nil
}
