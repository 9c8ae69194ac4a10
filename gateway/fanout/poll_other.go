//go:build !linux

package fanout

func newPoller() (poller, error) { return newPortable(), nil }

// portable polls nothing: every member has a goroutine that reads.
type portable struct{ bell chan struct{} }

func newPortable() *portable { return &portable{bell: make(chan struct{}, 1)} }

func (p *portable) add(*Member) error        { return nil }
func (p *portable) want(*Member, bool, bool) {}
func (p *portable) remove(*Member)           {}
func (p *portable) close()                   {}
func (p *portable) wait(block bool, _ int, _ func(*Member)) int {
	if block {
		<-p.bell
	}
	return 0
}

func (p *portable) wake() {
	select {
	case p.bell <- struct{}{}:
	default:
	}
}
