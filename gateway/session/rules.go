package session

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/ovation-live/ovation/internal/auth"
	gatewayv1 "github.com/ovation-live/ovation/proto/gen/ovation/gateway/v1"
)

// rule says who may use a verb. How often one person may, over all of its sockets at a gateway, limit.Verb says.
type rule struct {
	least    auth.Role
	watching bool // also with a token that may do nothing: it changes nothing for anybody else
}

// verbs is every verb of the socket by the name of its field in ClientFrame. A verb without a line is denied; a test holds
// the table against the descriptors.
var verbs = map[string]rule{
	"hello":          {least: auth.Viewer, watching: true},
	"tap":            {least: auth.Viewer}, // has the heart budget, which a room sets
	"post":           {least: auth.Viewer},
	"edit":           {least: auth.Viewer},
	"delete":         {least: auth.Viewer},
	"undelete":       {least: auth.Viewer},
	"ask":            {least: auth.Viewer},
	"withdraw":       {least: auth.Viewer},
	"vote":           {least: auth.Viewer},
	"similar":        {least: auth.Viewer, watching: true},
	"list_questions": {least: auth.Moderator},
	"report":         {least: auth.Viewer},
	"mine":           {least: auth.Viewer, watching: true},
	"pace":           {least: auth.Viewer, watching: true},
	"auth":           {least: auth.Viewer, watching: true},
	"moderate":       {least: auth.Viewer}, // the act decides
}

// acts is every act of moderation by the name of its field in Moderate, with the least role. An act without a line is
// denied.
var acts = map[string]auth.Role{
	"approve": auth.Moderator, "reject": auth.Moderator, "highlight": auth.Moderator, "unhighlight": auth.Moderator,
	"queue": auth.Moderator, "unqueue": auth.Moderator, "answer": auth.Moderator, "archive": auth.Moderator, "restore": auth.Moderator,
	"edit": auth.Moderator, "label": auth.Moderator, "reorder": auth.Moderator, "merge": auth.Moderator, "unmerge": auth.Moderator,
	"undo_question": auth.Moderator, "claim": auth.Moderator,
	"delete_comment": auth.Moderator, "undelete": auth.Moderator, "pin": auth.Moderator, "unpin": auth.Moderator,
	"timeout": auth.Moderator, "ban": auth.Moderator, "unban": auth.Moderator, "remove_all": auth.Moderator,
	"release": auth.Moderator, "reject_held": auth.Moderator, "undo": auth.Moderator,
	"undo_held": auth.Moderator, "undo_person": auth.Moderator, "undo_remove_all": auth.Moderator,
	"undo_delete": auth.Moderator, "undo_setting": auth.Moderator, "undo_terms": auth.Moderator, "undo_pin": auth.Moderator,
	"undo_on_air": auth.Moderator, "undo_end": auth.Host,
	"calm": auth.Moderator, "modes": auth.Moderator, "terms": auth.Moderator, "on_air": auth.Moderator,
	"start": auth.Host, "end": auth.Host, "reopen": auth.Host,
}

var (
	verbField = new(gatewayv1.ClientFrame).ProtoReflect().Descriptor().Oneofs().ByName("body")
	actField  = new(gatewayv1.Moderate).ProtoReflect().Descriptor().Oneofs().ByName("act")
)

// verbOf is the name of a frame's verb; empty for none that is known.
func verbOf(in *gatewayv1.ClientFrame) string {
	if _, tap := in.GetBody().(*gatewayv1.ClientFrame_Tap); tap { // by far the most, and this is quicker
		return "tap"
	}
	return nameOfOne(in, verbField)
}

func actOf(m *gatewayv1.Moderate) string { return nameOfOne(m, actField) }

func nameOfOne(m protoreflect.ProtoMessage, of protoreflect.OneofDescriptor) string {
	if field := m.ProtoReflect().WhichOneof(of); field != nil {
		return string(field.Name())
	}
	return ""
}
