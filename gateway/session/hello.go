package session

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"time"

	"github.com/ovation-live/ovation/gateway/frame"
	"github.com/ovation-live/ovation/gateway/room"
	"github.com/ovation-live/ovation/gateway/uplink"
	"github.com/ovation-live/ovation/internal/auth"
	"github.com/ovation-live/ovation/internal/fault"
	"github.com/ovation-live/ovation/internal/judge"
	"github.com/ovation-live/ovation/internal/people"
	"github.com/ovation-live/ovation/internal/text"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// helloTime is how long a hello may take.
const helloTime = 8 * time.Second

// hello finds out who is there, and lets the session into its room.
func (v *session) hello(ctx context.Context, h *gatewayv1.Hello) error {
	if err := text.RoomID(h.GetRoom()); err != nil {
		return err
	}
	v.member.AfterTicks()
	ctx, cancel := context.WithTimeout(ctx, helloTime)
	defer cancel()
	// The token before the room: a stranger with a bad one learns nothing of what exists.
	knock := v.knock
	v.knock = nil
	token := h.GetToken()
	if token == "" { // clients that can set a header may have it there; the address never carries one
		token = knock.bearer
	}
	var claims auth.Claims
	var err error
	if token != "" {
		if claims, err = v.verify(h.GetRoom(), token); err != nil {
			return err
		}
		if err := v.mayEnter(h.GetRoom(), claims); err != nil {
			return err
		}
	}
	if v.room, err = v.o.Hub.Room(ctx, h.GetRoom()); err != nil {
		return err
	}
	settings := v.room.Settings()
	if claims.ID != "" && v.room.Revoked(auth.LinkKey(claims.ID)) {
		return fault.New(fault.TokenRevoked, "the host took this link back; ask for a new one")
	}
	if token == "" || claims.Person().Uninvited {
		if err := judge.Guests(settings); err != nil {
			return err
		}
	}
	if token == "" || claims.Invite {
		claims = newGuest(h.GetRoom(), claims)
	}
	had := claims.Name
	name, nameErr := nameOf(h, claims)
	claims.Name = name
	v.actor = uplink.Actor{
		Room: h.GetRoom(), Key: auth.PersonKey(settings.GetPersonKey(), claims.Subject),
		Person:  claims.Person(),
		Network: people.Network(settings.GetPersonKey(), knock.from),
	}
	if claims.Guest {
		v.actor.Trace = people.Trace(settings.GetPersonKey(), knock.from, knock.client)
	}
	if err := v.room.Barred(v.actor.Key, claims.Role.Proto()); err != nil {
		v.noteTrace()
		return err
	}
	if err := v.ownName(ctx, h.GetClient()); err != nil {
		nameErr = err
		if v.actor.Person.Name = had; had == name || v.ownName(ctx, h.GetClient()) != nil {
			v.actor.Person.Name = ""
		}
		claims.Name = v.actor.Person.Name
	}
	v.readOnly = claims.ReadOnly
	if err := v.enter(time.Now()); err != nil {
		return err
	}
	v.member.Expire(until(claims.Expires, v.o.Keys.Leeway(), time.Now()))
	if !v.join(h, claims, nameErr) {
		v.leave()
		return fault.New(fault.Unavailable, "the room has just closed here; come back in a moment").After(200 * time.Millisecond)
	}
	if token != "" { // somebody who was here before may have questions and votes
		v.changedMine()
	}
	return nil
}

// mayEnter tells whether a token opens a socket in a room at all.
func (v *session) mayEnter(roomID string, claims auth.Claims) (err error) {
	switch {
	case !claims.Admits(roomID):
		err = fault.New(fault.PermissionDenied, "this link is for another room")
	case claims.Role == auth.Service:
		err = fault.New(fault.PermissionDenied, "a service's token opens no socket; make one for a viewer, moderator or host")
	default:
		return nil
	}
	v.noteTurnedAway(roomID, claims)
	return err
}

// verify finds out whose token it is. The canary's keys are the process's own, so that it needs none of the installation's;
// they are asked in its room only.
func (v *session) verify(roomID, token string) (auth.Claims, error) {
	if v.o.CanaryKeys != nil && roomID == v.o.CanaryRoom {
		if claims, err := v.o.CanaryKeys.Verify(token); err == nil {
			return claims, nil
		}
	}
	return v.o.Keys.Verify(token)
}

// newGuest makes a stranger somebody. Who came by an invite keeps its id and its end: with the invite the guest goes.
func newGuest(roomID string, invite auth.Claims) auth.Claims {
	expires := time.Now().Add(guestLifetime)
	if invite.Invite && invite.Expires.Before(expires) {
		expires = invite.Expires
	}
	return auth.Claims{
		Subject: "guest:" + strings.ToLower(rand.Text()), Rooms: []string{roomID}, Role: auth.Viewer, Guest: true,
		Invited: invite.Invite, ID: invite.ID, Expires: expires,
	}
}

// nameOf is the token's, or for a guest the wanted one; a name that cannot be is told and left out.
func nameOf(h *gatewayv1.Hello, claims auth.Claims) (string, error) {
	if claims.Guest && h.GetName() != "" {
		name, err := text.CleanName("name", h.GetName())
		if err != nil {
			return claims.Name, err
		}
		return name, nil
	}
	name, err := text.CleanName("name", claims.Name)
	if err != nil {
		return "", nil // an issuer's name that breaks our rules is no fault of the person's
	}
	return name, nil
}

// until is when a socket ends with its token: at the token's end. The leeway is the door's; only who came in by it is here
// as long as it lasts.
func until(end time.Time, leeway time.Duration, now time.Time) time.Time {
	if now.Before(end) {
		return end
	}
	return end.Add(leeway)
}

// passOf is by what the room knows the token when it is revoked.
func passOf(c auth.Claims) string {
	if c.ID == "" {
		return ""
	}
	return auth.LinkKey(c.ID)
}

// join lets the session into its room; nameErr is what was wrong with its name, told behind the welcome. False when the room
// has closed since it was found.
func (v *session) join(h *gatewayv1.Hello, claims auth.Claims, nameErr error) bool {
	v.tell("hello", "role", claims.Role, "guest", claims.Guest, "client", h.GetClient(), "returns", h.GetCursor() != nil)
	seat := &room.Seat{
		Member: v.member, Protocol: v.member.Protocol(), Audience: frame.Viewer, Person: v.actor.Key, Role: claims.Role.Proto(),
		Pass: passOf(claims), Uninvited: v.actor.Person.Uninvited, Counted: h.GetClient() == "" || h.GetClient() == "viewer", Overlay: h.GetClient() == "overlay" && claims.ReadOnly, MineChanged: v.changedMine,
	}
	if claims.Role.AtLeast(auth.Moderator) && h.GetClient() != "overlay" {
		seat.Audience = frame.Moderator
	}
	if nameErr != nil {
		seat.Welcomed = func() { v.fault("", nameErr) }
	}
	you := &gatewayv1.You{
		Person: v.actor.Key, Name: claims.Name, Role: string(claims.Role), Guest: claims.Guest,
		HeartsLeft: v.room.HeartsLeft(v.actor.Key),
	}
	if claims.Guest && v.o.Keys.CanSign() {
		life := guestLifetime // a returning guest's token is renewed, an invited one's ends with the invite
		if claims.Invited {
			life = time.Until(claims.Expires)
		}
		if token, err := v.o.Keys.Mint(claims, life); err == nil {
			you.GuestToken = token
		} else {
			v.o.Logger.Warn("a guest token cannot be made", "error", err)
		}
	}
	limits := limitsOf(v.room)
	v.limits().told(limits, claims.Role)
	return v.room.Join(seat, h.GetCursor(), func(recovered bool) *frame.Frame {
		return v.encode(&gatewayv1.ServerFrame{Body: &gatewayv1.ServerFrame_Welcome{Welcome: &gatewayv1.Welcome{
			You: you, Recovered: recovered, Limits: limits, NowMs: time.Now().UnixMilli(), Server: v.o.Version,
		}}})
	})
}

// limitsOf states every limit once, from where it is enforced.
func limitsOf(r *room.Room) *gatewayv1.Limits {
	s := r.Settings().GetSettings()
	return &gatewayv1.Limits{
		CommentGraphemes: uint32(text.Comment.Graphemes), CommentBytes: uint32(text.Comment.Bytes),
		QuestionGraphemes: uint32(text.Question.Graphemes), QuestionBytes: uint32(text.Question.Bytes),
		NameGraphemes: uint32(text.Name.Graphemes), AnswerGraphemes: uint32(text.Answer.Graphemes),
		ReasonGraphemes: uint32(text.Reason.Graphemes), TermGraphemes: uint32(text.Term.Graphemes), FrameBytes: MaxFrame, PingMs: uint32(PingEvery.Milliseconds()),
		HeartCap: uint64(s.GetHeartCap()), TapsPerSecond: s.GetTapsPerSecond(), TapBurst: s.GetTapBurst(),
		ClaimMs: uint32(judge.ClaimFor.Milliseconds()), UndoMs: uint32(judge.UndoFor.Milliseconds()), ReportReasons: people.Reasons,
	}
}

const (
	// MaxFrame is the most bytes of a client frame; an answer of 4,000 grapheme clusters fits.
	MaxFrame = 16 << 10
	// PingEvery is how often the server pings a socket.
	PingEvery = 25 * time.Second
)

// renew takes a fresh token for the same person.
func (v *session) renew(token string) error {
	claims, err := v.o.Keys.Verify(token)
	if err != nil {
		return err
	}
	is := claims.Person()
	if !same(is, v.actor.Person) || claims.ReadOnly != v.readOnly || !claims.Admits(v.actor.Room) {
		return fault.New(fault.TokenMismatch, "the token is for another person, role or room; connect anew with it").On("token")
	}
	if is.Uninvited {
		if err := judge.Guests(v.room.Settings()); err != nil {
			return err
		}
	}
	if !v.room.Renew(v.member, passOf(claims)) {
		return fault.New(fault.TokenRevoked, "the host took this link back; ask for a new one").On("token")
	}
	v.member.Expire(until(claims.Expires, v.o.Keys.Leeway(), time.Now()))
	return nil
}

// same tells whether a token is for the person of a socket, whatever it is called now. A guest who has signed in meanwhile, or
// got an invite, is the same one; the socket stays a guest's, and ends where the room closes to those.
func same(is, was auth.Person) bool {
	return is.Subject == was.Subject && is.Role == was.Role && (was.Guest || !is.Guest) && (was.Uninvited || !is.Uninvited)
}

func number(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
