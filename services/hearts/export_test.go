package hearts

// Queued is how many windows are queued or under way.
func (s *Service) Queued() int {
	s.flush.mu.Lock()
	defer s.flush.mu.Unlock()
	return len(s.flush.known)
}
