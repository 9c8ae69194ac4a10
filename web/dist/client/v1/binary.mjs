// node_modules/@bufbuild/protobuf/dist/esm/is-message.js
function e(e, t) {
	return typeof e == "object" && e && "$typeName" in e && typeof e.$typeName == "string" ? t === void 0 || t.typeName === e.$typeName : !1;
}
// node_modules/@bufbuild/protobuf/dist/esm/descriptors.js
var t;
(function(e) {
	e[e.DOUBLE = 1] = "DOUBLE", e[e.FLOAT = 2] = "FLOAT", e[e.INT64 = 3] = "INT64", e[e.UINT64 = 4] = "UINT64", e[e.INT32 = 5] = "INT32", e[e.FIXED64 = 6] = "FIXED64", e[e.FIXED32 = 7] = "FIXED32", e[e.BOOL = 8] = "BOOL", e[e.STRING = 9] = "STRING", e[e.BYTES = 12] = "BYTES", e[e.UINT32 = 13] = "UINT32", e[e.SFIXED32 = 15] = "SFIXED32", e[e.SFIXED64 = 16] = "SFIXED64", e[e.SINT32 = 17] = "SINT32", e[e.SINT64 = 18] = "SINT64";
})(t ||= {});
// node_modules/@bufbuild/protobuf/dist/esm/wire/varint.js
function n() {
	let e = 0, t = 0;
	for (let n = 0; n < 28; n += 7) {
		let r = this.buf[this.pos++];
		if (e |= (r & 127) << n, !(r & 128)) return this.assertBounds(), [e, t];
	}
	let n = this.buf[this.pos++];
	if (e |= (n & 15) << 28, t = (n & 112) >> 4, !(n & 128)) return this.assertBounds(), [e, t];
	for (let n = 3; n <= 31; n += 7) {
		let r = this.buf[this.pos++];
		if (t |= (r & 127) << n, !(r & 128)) return this.assertBounds(), [e, t];
	}
	throw Error("invalid varint");
}
function r(e, t, n) {
	for (let r = 0; r < 28; r += 7) {
		let i = e >>> r, a = !(!(i >>> 7) && t == 0), o = (a ? i | 128 : i) & 255;
		if (n.push(o), !a) return;
	}
	let r = e >>> 28 & 15 | (t & 7) << 4, i = !!(t >> 3);
	if (n.push((i ? r | 128 : r) & 255), i) {
		for (let e = 3; e < 31; e += 7) {
			let r = t >>> e, i = !!(r >>> 7), a = (i ? r | 128 : r) & 255;
			if (n.push(a), !i) return;
		}
		n.push(t >>> 31 & 1);
	}
}
var i = 4294967296;
function a(e) {
	let t = e[0] === "-";
	t && (e = e.slice(1));
	let n = 1e6, r = 0, a = 0;
	function o(t, o) {
		let s = Number(e.slice(t, o));
		a *= n, r = r * n + s, r >= i && (a += r / i | 0, r %= i);
	}
	return o(-24, -18), o(-18, -12), o(-12, -6), o(-6), t ? u(r, a) : l(r, a);
}
function o(e, t) {
	let n = l(e, t), r = n.hi & 2147483648;
	r && (n = u(n.lo, n.hi));
	let i = s(n.lo, n.hi);
	return r ? "-" + i : i;
}
function s(e, t) {
	if ({lo: e, hi: t} = c(e, t), t <= 2097151) return String(i * t + e);
	let n = e & 16777215, r = (e >>> 24 | t << 8) & 16777215, a = t >> 16 & 65535, o = n + r * 6777216 + a * 6710656, s = r + a * 8147497, l = a * 2, u = 1e7;
	return o >= u && (s += Math.floor(o / u), o %= u), s >= u && (l += Math.floor(s / u), s %= u), l.toString() + ee(s) + ee(o);
}
function c(e, t) {
	return {
		lo: e >>> 0,
		hi: t >>> 0
	};
}
function l(e, t) {
	return {
		lo: e | 0,
		hi: t | 0
	};
}
function u(e, t) {
	return t = ~t, e ? e = ~e + 1 : t += 1, l(e, t);
}
var ee = (e) => {
	let t = String(e);
	return "0000000".slice(t.length) + t;
};
function te(e, t) {
	if (e >= 0) {
		for (; e > 127;) t.push(e & 127 | 128), e >>>= 7;
		t.push(e);
	} else {
		for (let n = 0; n < 9; n++) t.push(e & 127 | 128), e >>= 7;
		t.push(1);
	}
}
function ne() {
	let e = this.buf[this.pos++], t = e & 127;
	if (!(e & 128) || (e = this.buf[this.pos++], t |= (e & 127) << 7, !(e & 128)) || (e = this.buf[this.pos++], t |= (e & 127) << 14, !(e & 128)) || (e = this.buf[this.pos++], t |= (e & 127) << 21, !(e & 128))) return this.assertBounds(), t;
	e = this.buf[this.pos++], t |= (e & 15) << 28;
	for (let t = 5; e & 128 && t < 10; t++) e = this.buf[this.pos++];
	if (e & 128) throw Error("invalid varint");
	return this.assertBounds(), t >>> 0;
}
// node_modules/@bufbuild/protobuf/dist/esm/proto-int64.js
var d = /*@__PURE__*/ re();
function re() {
	let e = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));
	if (typeof BigInt == "function" && typeof e.getBigInt64 == "function" && typeof e.getBigUint64 == "function" && typeof e.setBigInt64 == "function" && typeof e.setBigUint64 == "function" && (globalThis.Deno || globalThis.Bun || typeof process != "object" || typeof process.env != "object" || process.env.BUF_BIGINT_DISABLE !== "1")) {
		let t = BigInt("-9223372036854775808"), n = BigInt("9223372036854775807"), r = BigInt("0"), i = BigInt("18446744073709551615");
		return {
			zero: BigInt(0),
			supported: !0,
			parse(e) {
				let r = typeof e == "bigint" ? e : BigInt(e);
				if (r > n || r < t) throw Error(`invalid int64: ${e}`);
				return r;
			},
			uParse(e) {
				let t = typeof e == "bigint" ? e : BigInt(e);
				if (t > i || t < r) throw Error(`invalid uint64: ${e}`);
				return t;
			},
			enc(t) {
				return e.setBigInt64(0, this.parse(t), !0), {
					lo: e.getInt32(0, !0),
					hi: e.getInt32(4, !0)
				};
			},
			uEnc(t) {
				return e.setBigInt64(0, this.uParse(t), !0), {
					lo: e.getInt32(0, !0),
					hi: e.getInt32(4, !0)
				};
			},
			dec(t, n) {
				return e.setInt32(0, t, !0), e.setInt32(4, n, !0), e.getBigInt64(0, !0);
			},
			uDec(t, n) {
				return e.setInt32(0, t, !0), e.setInt32(4, n, !0), e.getBigUint64(0, !0);
			}
		};
	}
	return {
		zero: "0",
		supported: !1,
		parse(e) {
			return typeof e != "string" && (e = e.toString()), ie(e), e;
		},
		uParse(e) {
			return typeof e != "string" && (e = e.toString()), ae(e), e;
		},
		enc(e) {
			return typeof e != "string" && (e = e.toString()), ie(e), a(e);
		},
		uEnc(e) {
			return typeof e != "string" && (e = e.toString()), ae(e), a(e);
		},
		dec(e, t) {
			return o(e, t);
		},
		uDec(e, t) {
			return s(e, t);
		}
	};
}
function ie(e) {
	if (!/^-?[0-9]+$/.test(e)) throw Error("invalid int64: " + e);
}
function ae(e) {
	if (!/^[0-9]+$/.test(e)) throw Error("invalid uint64: " + e);
}
// node_modules/@bufbuild/protobuf/dist/esm/reflect/scalar.js
function f(e, n) {
	switch (e) {
		case t.STRING: return "";
		case t.BOOL: return !1;
		case t.DOUBLE:
		case t.FLOAT: return 0;
		case t.INT64:
		case t.UINT64:
		case t.SFIXED64:
		case t.FIXED64:
		case t.SINT64: return n ? "0" : d.zero;
		case t.BYTES: return /* @__PURE__ */ new Uint8Array();
		default: return 0;
	}
}
function oe(e, n) {
	switch (e) {
		case t.BOOL: return n === !1;
		case t.STRING: return n === "";
		case t.BYTES: return n instanceof Uint8Array && !n.byteLength;
		case t.DOUBLE:
		case t.FLOAT: return Object.is(n, 0);
		default: return n == 0;
	}
}
// node_modules/@bufbuild/protobuf/dist/esm/reflect/unsafe.js
var se = 2, p = Symbol.for("reflect unsafe local");
function ce(e, t) {
	let n = e[t.localName].case;
	return n === void 0 ? n : t.fields.find((e) => e.localName === n);
}
function le(e, t) {
	let n = t.localName;
	if (t.oneof) return e[t.oneof.localName].case === n;
	if (t.presence != se) return e[n] !== void 0 && Object.prototype.hasOwnProperty.call(e, n);
	switch (t.fieldKind) {
		case "list": return e[n].length > 0;
		case "map": return Object.keys(e[n]).length > 0;
		case "scalar": return !oe(t.scalar, e[n]);
		case "enum": return e[n] !== t.enum.values[0].number;
	}
	throw Error("message field with implicit presence");
}
function m(e, t) {
	return Object.prototype.hasOwnProperty.call(e, t) && e[t] !== void 0;
}
function ue(e, t) {
	if (t.oneof) {
		let n = e[t.oneof.localName];
		return n.case === t.localName ? n.value : void 0;
	}
	return e[t.localName];
}
function de(e, t, n) {
	t.oneof ? e[t.oneof.localName] = {
		case: t.localName,
		value: n
	} : e[t.localName] = n;
}
function fe(e, t) {
	let n = t.localName;
	if (t.oneof) {
		let r = t.oneof.localName;
		e[r].case === n && (e[r] = { case: void 0 });
	} else if (t.presence != se) delete e[n];
	else switch (t.fieldKind) {
		case "map":
			e[n] = {};
			break;
		case "list":
			e[n] = [];
			break;
		case "enum":
			e[n] = t.enum.values[0].number;
			break;
		case "scalar": e[n] = f(t.scalar, t.longAsString);
	}
}
// node_modules/@bufbuild/protobuf/dist/esm/reflect/guard.js
function h(e) {
	return typeof e == "object" && !!e && !Array.isArray(e);
}
function pe(e, t) {
	if (h(e) && p in e && "add" in e && "field" in e && typeof e.field == "function") {
		if (t !== void 0) {
			let n = t, r = e.field();
			return n.listKind == r.listKind && n.scalar === r.scalar && n.message?.typeName === r.message?.typeName && n.enum?.typeName === r.enum?.typeName;
		}
		return !0;
	}
	return !1;
}
function me(e, t) {
	if (h(e) && p in e && "has" in e && "field" in e && typeof e.field == "function") {
		if (t !== void 0) {
			let n = t, r = e.field();
			return n.mapKey === r.mapKey && n.mapKind == r.mapKind && n.scalar === r.scalar && n.message?.typeName === r.message?.typeName && n.enum?.typeName === r.enum?.typeName;
		}
		return !0;
	}
	return !1;
}
function he(e, t) {
	return h(e) && p in e && "desc" in e && h(e.desc) && e.desc.kind === "message" && (t === void 0 || e.desc.typeName == t.typeName);
}
// node_modules/@bufbuild/protobuf/dist/esm/wkt/wrappers.js
function ge(e) {
	return ve(e.$typeName);
}
function g(e) {
	let t = e.fields[0];
	return ve(e.typeName) && t !== void 0 && t.fieldKind == "scalar" && t.name == "value" && t.number == 1;
}
function _e(e) {
	switch (e.typeName) {
		case "google.protobuf.Any":
		case "google.protobuf.Timestamp":
		case "google.protobuf.Duration":
		case "google.protobuf.FieldMask":
		case "google.protobuf.Struct":
		case "google.protobuf.Value":
		case "google.protobuf.ListValue": return !0;
		default: return g(e);
	}
}
function ve(e) {
	return e.startsWith("google.protobuf.") && [
		"DoubleValue",
		"FloatValue",
		"Int64Value",
		"UInt64Value",
		"Int32Value",
		"UInt32Value",
		"BoolValue",
		"StringValue",
		"BytesValue"
	].includes(e.substring(16));
}
// node_modules/@bufbuild/protobuf/dist/esm/create.js
var ye = 999, be = 998, _ = 2;
function v(t, n) {
	if (e(n, t)) return n;
	let r = Ae(t);
	return n !== void 0 && xe(t, r, n), r;
}
function xe(e, t, n) {
	for (let r of e.members) {
		let e = n[r.localName];
		if (e == null) continue;
		let i;
		if (r.kind == "oneof") {
			let t = ce(n, r);
			if (!t) continue;
			i = t, e = ue(n, t);
		} else i = r;
		switch (i.fieldKind) {
			case "message":
				e = Te(i, e);
				break;
			case "scalar":
				e = Se(i, e);
				break;
			case "list":
				e = we(i, e);
				break;
			case "map": e = Ce(i, e);
		}
		de(t, i, e);
	}
	return t;
}
function Se(e, n) {
	return e.scalar == t.BYTES ? Ee(n) : n;
}
function Ce(e, n) {
	if (h(n)) {
		if (e.scalar == t.BYTES) return De(n, Ee);
		if (e.mapKind == "message") return De(n, (t) => Te(e, t));
	}
	return n;
}
function we(e, n) {
	if (Array.isArray(n)) {
		if (e.scalar == t.BYTES) return n.map(Ee);
		if (e.listKind == "message") return n.map((t) => Te(e, t));
	}
	return n;
}
function Te(t, n) {
	if (t.fieldKind == "message" && !t.oneof && g(t.message)) return Se(t.message.fields[0], n);
	if (h(n)) {
		if (t.message.typeName == "google.protobuf.Struct" && t.parent.typeName !== "google.protobuf.Value") return n;
		if (!e(n, t.message)) return v(t.message, n);
	}
	return n;
}
function Ee(e) {
	return Array.isArray(e) ? new Uint8Array(e) : e;
}
function De(e, t) {
	let n = {};
	for (let r of Object.entries(e)) n[r[0]] = t(r[1]);
	return n;
}
var Oe = Symbol(), ke = /* @__PURE__ */ new WeakMap();
function Ae(e) {
	let t;
	if (je(e)) {
		let n = ke.get(e), r, i;
		if (n) ({prototype: r, members: i} = n);
		else {
			r = {}, i = /* @__PURE__ */ new Set();
			for (let t of e.members) t.kind != "oneof" && (t.fieldKind == "scalar" || t.fieldKind == "enum") && t.presence != _ && (i.add(t), r[t.localName] = y(t));
			ke.set(e, {
				prototype: r,
				members: i
			});
		}
		t = Object.create(r), t.$typeName = e.typeName;
		for (let n of e.members) i.has(n) || (n.kind != "field" || n.fieldKind != "message" && (n.fieldKind != "scalar" && n.fieldKind != "enum" || n.presence == _)) && (t[n.localName] = y(n));
	} else {
		t = { $typeName: e.typeName };
		for (let n of e.members) (n.kind == "oneof" || n.presence == _) && (t[n.localName] = y(n));
	}
	return t;
}
function je(e) {
	switch (e.file.edition) {
		case ye: return !1;
		case be: return !0;
		default: return e.fields.some((e) => e.presence != _ && e.fieldKind != "message" && !e.oneof);
	}
}
function y(e) {
	if (e.kind == "oneof") return { case: void 0 };
	if (e.fieldKind == "list") return [];
	if (e.fieldKind == "map") return {};
	if (e.fieldKind == "message") return Oe;
	let t = e.getDefaultValue();
	return t === void 0 ? e.fieldKind == "scalar" ? f(e.scalar, e.longAsString) : e.enum.values[0].number : e.fieldKind == "scalar" && e.longAsString ? t.toString() : t;
}
// node_modules/@bufbuild/protobuf/dist/esm/reflect/error.js
var Me = [
	"FieldValueInvalidError",
	"FieldListRangeError",
	"ForeignFieldError"
], b = class extends Error {
	constructor(e, t, n = "FieldValueInvalidError") {
		super(t), this.name = n, this.field = () => e;
	}
};
function Ne(e) {
	return e instanceof Error && Me.includes(e.name) && "field" in e && typeof e.field == "function";
}
// node_modules/@bufbuild/protobuf/dist/esm/wire/text-encoding.js
var x = Symbol.for("@bufbuild/protobuf/text-encoding");
function S() {
	if (globalThis[x] == null) {
		let e = new globalThis.TextEncoder(), t = new globalThis.TextDecoder(), n;
		globalThis[x] = {
			encodeUtf8(t) {
				return e.encode(t);
			},
			decodeUtf8(e, r) {
				return r ? (n === void 0 && (n = new globalThis.TextDecoder("utf-8", { fatal: !0 })), n.decode(e)) : t.decode(e);
			},
			checkUtf8(e) {
				try {
					return !0;
				} catch {
					return !1;
				}
			}
		};
	}
	return globalThis[x];
}
// node_modules/@bufbuild/protobuf/dist/esm/wire/binary-encoding.js
var C;
(function(e) {
	e[e.Varint = 0] = "Varint", e[e.Bit64 = 1] = "Bit64", e[e.LengthDelimited = 2] = "LengthDelimited", e[e.StartGroup = 3] = "StartGroup", e[e.EndGroup = 4] = "EndGroup", e[e.Bit32 = 5] = "Bit32";
})(C ||= {});
var Pe = class {
	constructor(e = S().encodeUtf8) {
		this.encodeUtf8 = e, this.stack = [], this.chunks = [], this.buf = [];
	}
	finish() {
		this.buf.length && (this.chunks.push(new Uint8Array(this.buf)), this.buf = []);
		let e = 0;
		for (let t = 0; t < this.chunks.length; t++) e += this.chunks[t].length;
		let t = new Uint8Array(e), n = 0;
		for (let e = 0; e < this.chunks.length; e++) t.set(this.chunks[e], n), n += this.chunks[e].length;
		return this.chunks = [], t;
	}
	fork() {
		return this.stack.push({
			chunks: this.chunks,
			buf: this.buf
		}), this.chunks = [], this.buf = [], this;
	}
	join() {
		let e = this.finish(), t = this.stack.pop();
		if (!t) throw Error("invalid state, fork stack empty");
		return this.chunks = t.chunks, this.buf = t.buf, this.uint32(e.byteLength), this.raw(e);
	}
	tag(e, t) {
		return this.uint32((e << 3 | t) >>> 0);
	}
	raw(e) {
		return this.buf.length && (this.chunks.push(new Uint8Array(this.buf)), this.buf = []), this.chunks.push(e), this;
	}
	uint32(e) {
		for (Fe(e); e > 127;) this.buf.push(e & 127 | 128), e >>>= 7;
		return this.buf.push(e), this;
	}
	int32(e) {
		return T(e), te(e, this.buf), this;
	}
	bool(e) {
		return this.buf.push(+!!e), this;
	}
	bytes(e) {
		return this.uint32(e.byteLength), this.raw(e);
	}
	string(e) {
		let t = this.encodeUtf8(e);
		return this.uint32(t.byteLength), this.raw(t);
	}
	float(e) {
		Ie(e);
		let t = /* @__PURE__ */ new Uint8Array(4);
		return new DataView(t.buffer).setFloat32(0, e, !0), this.raw(t);
	}
	double(e) {
		let t = /* @__PURE__ */ new Uint8Array(8);
		return new DataView(t.buffer).setFloat64(0, e, !0), this.raw(t);
	}
	fixed32(e) {
		Fe(e);
		let t = /* @__PURE__ */ new Uint8Array(4);
		return new DataView(t.buffer).setUint32(0, e, !0), this.raw(t);
	}
	sfixed32(e) {
		T(e);
		let t = /* @__PURE__ */ new Uint8Array(4);
		return new DataView(t.buffer).setInt32(0, e, !0), this.raw(t);
	}
	sint32(e) {
		return T(e), e = (e << 1 ^ e >> 31) >>> 0, te(e, this.buf), this;
	}
	sfixed64(e) {
		let t = /* @__PURE__ */ new Uint8Array(8), n = new DataView(t.buffer), r = d.enc(e);
		return n.setInt32(0, r.lo, !0), n.setInt32(4, r.hi, !0), this.raw(t);
	}
	fixed64(e) {
		let t = /* @__PURE__ */ new Uint8Array(8), n = new DataView(t.buffer), r = d.uEnc(e);
		return n.setInt32(0, r.lo, !0), n.setInt32(4, r.hi, !0), this.raw(t);
	}
	int64(e) {
		let t = d.enc(e);
		return r(t.lo, t.hi, this.buf), this;
	}
	sint64(e) {
		let t = d.enc(e), n = t.hi >> 31;
		return r(t.lo << 1 ^ n, (t.hi << 1 | t.lo >>> 31) ^ n, this.buf), this;
	}
	uint64(e) {
		let t = d.uEnc(e);
		return r(t.lo, t.hi, this.buf), this;
	}
}, w = class {
	constructor(e, t = S().decodeUtf8) {
		this.decodeUtf8 = t, this.varint64 = n, this.uint32 = ne, this.buf = e, this.len = e.length, this.pos = 0, this.view = new DataView(e.buffer, e.byteOffset, e.byteLength);
	}
	tag() {
		let e = this.pos, t = this.uint32(), n = this.pos - e;
		if (n > 5 || n == 5 && this.buf[this.pos - 1] > 15) throw Error("illegal tag: varint overflows uint32");
		let r = t >>> 3, i = t & 7;
		if (r <= 0 || i > 5) throw Error("illegal tag: field no " + r + " wire type " + i);
		return [r, i];
	}
	skip(e, t, n = 100) {
		let r = this.pos;
		switch (e) {
			case C.Varint:
				for (; this.buf[this.pos++] & 128;);
				break;
			case C.Bit64: this.pos += 4;
			case C.Bit32:
				this.pos += 4;
				break;
			case C.LengthDelimited:
				let r = this.uint32();
				this.pos += r;
				break;
			case C.StartGroup:
				if (n <= 0) throw Error("maximum recursion depth reached");
				for (;;) {
					let [e, r] = this.tag();
					if (r === C.EndGroup) {
						if (t !== void 0 && e !== t) throw Error("invalid end group tag");
						break;
					}
					this.skip(r, e, n - 1);
				}
				break;
			default: throw Error("cant skip wire type " + e);
		}
		return this.assertBounds(), this.buf.subarray(r, this.pos);
	}
	assertBounds() {
		if (this.pos > this.len) throw RangeError("premature EOF");
	}
	int32() {
		return this.uint32() | 0;
	}
	sint32() {
		let e = this.uint32();
		return e >>> 1 ^ -(e & 1);
	}
	int64() {
		return d.dec(...this.varint64());
	}
	uint64() {
		return d.uDec(...this.varint64());
	}
	sint64() {
		let [e, t] = this.varint64(), n = -(e & 1);
		return e = (e >>> 1 | (t & 1) << 31) ^ n, t = t >>> 1 ^ n, d.dec(e, t);
	}
	bool() {
		let [e, t] = this.varint64();
		return e !== 0 || t !== 0;
	}
	fixed32() {
		return this.view.getUint32((this.pos += 4) - 4, !0);
	}
	sfixed32() {
		return this.view.getInt32((this.pos += 4) - 4, !0);
	}
	fixed64() {
		return d.uDec(this.sfixed32(), this.sfixed32());
	}
	sfixed64() {
		return d.dec(this.sfixed32(), this.sfixed32());
	}
	float() {
		return this.view.getFloat32((this.pos += 4) - 4, !0);
	}
	double() {
		return this.view.getFloat64((this.pos += 8) - 8, !0);
	}
	bytes() {
		let e = this.uint32(), t = this.pos;
		return this.pos += e, this.assertBounds(), this.buf.subarray(t, t + e);
	}
	string(e) {
		return this.decodeUtf8(this.bytes(), e);
	}
};
function T(e) {
	if (typeof e == "string") e = Number(e);
	else if (typeof e != "number") throw Error("invalid int32: " + typeof e);
	if (!Number.isInteger(e) || e > 2147483647 || e < -2147483648) throw Error("invalid int32: " + e);
}
function Fe(e) {
	if (typeof e == "string") e = Number(e);
	else if (typeof e != "number") throw Error("invalid uint32: " + typeof e);
	if (!Number.isInteger(e) || e > 4294967295 || e < 0) throw Error("invalid uint32: " + e);
}
function Ie(e) {
	if (typeof e == "string") {
		let t = e;
		if (e = Number(e), Number.isNaN(e) && t !== "NaN") throw Error("invalid float32: " + t);
	} else if (typeof e != "number") throw Error("invalid float32: " + typeof e);
	if (Number.isFinite(e) && (e > 34028234663852886e22 || e < -34028234663852886e22)) throw Error("invalid float32: " + e);
}
// node_modules/@bufbuild/protobuf/dist/esm/reflect/reflect-check.js
function E(e, t) {
	let n = e.fieldKind == "list" ? pe(t, e) : e.fieldKind == "map" ? me(t, e) : D(e, t);
	if (n === !0) return;
	let r;
	switch (e.fieldKind) {
		case "list":
			r = `expected ${Ve(e)}, got ${k(t)}`;
			break;
		case "map":
			r = `expected ${He(e)}, got ${k(t)}`;
			break;
		default: r = O(e, t, n);
	}
	return new b(e, r);
}
function Le(e, t, n) {
	let r = D(e, n);
	if (r !== !0) return new b(e, `list item #${t + 1}: ${O(e, n, r)}`);
}
function Re(e, t, n) {
	let r = ze(t, e.mapKey);
	if (r !== !0) return new b(e, `invalid map key: ${O({ scalar: e.mapKey }, t, r)}`);
	let i = D(e, n);
	if (i !== !0) return new b(e, `map entry ${k(t)}: ${O(e, n, i)}`);
}
function D(e, n) {
	return e.scalar === void 0 ? e.enum === void 0 ? he(n, e.message) : e.enum.open ? ze(n, t.INT32) : e.enum.values.some((e) => e.number === n) : ze(n, e.scalar);
}
function ze(e, n) {
	switch (n) {
		case t.DOUBLE: return typeof e == "number";
		case t.FLOAT: return typeof e == "number" ? Number.isNaN(e) || !Number.isFinite(e) ? !0 : e > 34028234663852886e22 || e < -34028234663852886e22 ? `${e.toFixed()} out of range` : !0 : !1;
		case t.INT32:
		case t.SFIXED32:
		case t.SINT32: return typeof e != "number" || !Number.isInteger(e) ? !1 : e > 2147483647 || e < -2147483648 ? `${e.toFixed()} out of range` : !0;
		case t.FIXED32:
		case t.UINT32: return typeof e != "number" || !Number.isInteger(e) ? !1 : e > 4294967295 || e < 0 ? `${e.toFixed()} out of range` : !0;
		case t.BOOL: return typeof e == "boolean";
		case t.STRING: return typeof e == "string" ? S().checkUtf8(e) || "invalid UTF8" : !1;
		case t.BYTES: return e instanceof Uint8Array;
		case t.INT64:
		case t.SFIXED64:
		case t.SINT64:
			if (typeof e == "bigint" || typeof e == "number" || typeof e == "string" && e.length > 0) try {
				return d.parse(e), !0;
			} catch {
				return `${e} out of range`;
			}
			return !1;
		case t.FIXED64:
		case t.UINT64:
			if (typeof e == "bigint" || typeof e == "number" || typeof e == "string" && e.length > 0) try {
				return d.uParse(e), !0;
			} catch {
				return `${e} out of range`;
			}
			return !1;
	}
}
function O(e, t, n) {
	return n = typeof n == "string" ? `: ${n}` : `, got ${k(t)}`, e.scalar === void 0 ? e.enum === void 0 ? `expected ${Be(e.message)}` + n : `expected ${e.enum.toString()}` + n : `expected ${Ue(e.scalar)}` + n;
}
function k(t) {
	switch (typeof t) {
		case "object": return t === null ? "null" : t instanceof Uint8Array ? `Uint8Array(${t.length})` : Array.isArray(t) ? `Array(${t.length})` : pe(t) ? Ve(t.field()) : me(t) ? He(t.field()) : he(t) ? Be(t.desc) : e(t) ? `message ${t.$typeName}` : "object";
		case "string": return t.length > 30 ? "string" : `"${t.split("\"").join("\\\"")}"`;
		case "boolean": return String(t);
		case "number": return String(t);
		case "bigint": return String(t) + "n";
		default: return typeof t;
	}
}
function Be(e) {
	return `ReflectMessage (${e.typeName})`;
}
function Ve(e) {
	switch (e.listKind) {
		case "message": return `ReflectList (${e.message.toString()})`;
		case "enum": return `ReflectList (${e.enum.toString()})`;
		case "scalar": return `ReflectList (${t[e.scalar]})`;
	}
}
function He(e) {
	switch (e.mapKind) {
		case "message": return `ReflectMap (${t[e.mapKey]}, ${e.message.toString()})`;
		case "enum": return `ReflectMap (${t[e.mapKey]}, ${e.enum.toString()})`;
		case "scalar": return `ReflectMap (${t[e.mapKey]}, ${t[e.scalar]})`;
	}
}
function Ue(e) {
	switch (e) {
		case t.STRING: return "string";
		case t.BOOL: return "boolean";
		case t.INT64:
		case t.SINT64:
		case t.SFIXED64: return "bigint (int64)";
		case t.UINT64:
		case t.FIXED64: return "bigint (uint64)";
		case t.BYTES: return "Uint8Array";
		case t.DOUBLE: return "number (float64)";
		case t.FLOAT: return "number (float32)";
		case t.FIXED32:
		case t.UINT32: return "number (uint32)";
		case t.INT32:
		case t.SFIXED32:
		case t.SINT32: return "number (int32)";
	}
}
// node_modules/@bufbuild/protobuf/dist/esm/reflect/reflect.js
function A(e, t, n = !0) {
	return new Ge(e, t, n);
}
var We = /* @__PURE__ */ new WeakMap(), Ge = class {
	get sortedFields() {
		let e = We.get(this.desc);
		if (e) return e;
		let t = this.desc.fields.concat().sort((e, t) => e.number - t.number);
		return We.set(this.desc, t), t;
	}
	constructor(e, t, n = !0) {
		this.lists = /* @__PURE__ */ new Map(), this.maps = /* @__PURE__ */ new Map(), this.check = n, this.desc = e, this.message = this[p] = t ?? v(e), this.fields = e.fields, this.oneofs = e.oneofs, this.members = e.members;
	}
	findNumber(e) {
		return this._fieldsByNumber ||= new Map(this.desc.fields.map((e) => [e.number, e])), this._fieldsByNumber.get(e);
	}
	oneofCase(e) {
		return j(this.message, e), ce(this.message, e);
	}
	isSet(e) {
		return j(this.message, e), le(this.message, e);
	}
	clear(e) {
		j(this.message, e), fe(this.message, e);
	}
	get(e) {
		j(this.message, e);
		let t = ue(this.message, e);
		switch (e.fieldKind) {
			case "list":
				let n = this.lists.get(e);
				return n && n[p] === t || this.lists.set(e, n = new Ke(e, t, this.check)), n;
			case "map":
				let r = this.maps.get(e);
				return r && r[p] === t || this.maps.set(e, r = new qe(e, t, this.check)), r;
			case "message": return Ye(e, t, this.check);
			case "scalar": return t === void 0 ? f(e.scalar, !1) : tt(e, t);
			case "enum": return t ?? e.enum.values[0].number;
		}
	}
	set(e, t) {
		if (j(this.message, e), this.check) {
			let n = E(e, t);
			if (n) throw n;
		}
		let n;
		n = e.fieldKind == "message" ? Je(e, t) : me(t) || pe(t) ? t[p] : nt(e, t), de(this.message, e, n);
	}
	getUnknown() {
		return this.message.$unknown;
	}
	setUnknown(e) {
		this.message.$unknown = e;
	}
};
function j(e, t) {
	if (t.parent.typeName !== e.$typeName) throw new b(t, `cannot use ${t.toString()} with message ${e.$typeName}`, "ForeignFieldError");
}
var Ke = class {
	field() {
		return this._field;
	}
	get size() {
		return this._arr.length;
	}
	constructor(e, t, n) {
		this._field = e, this._arr = this[p] = t, this.check = n;
	}
	get(e) {
		let t = this._arr[e];
		return t === void 0 ? void 0 : Ze(this._field, t, this.check);
	}
	set(e, t) {
		if (e < 0 || e >= this._arr.length) throw new b(this._field, `list item #${e + 1}: out of range`);
		if (this.check) {
			let n = Le(this._field, e, t);
			if (n) throw n;
		}
		this._arr[e] = Xe(this._field, t);
	}
	add(e) {
		if (this.check) {
			let t = Le(this._field, this._arr.length, e);
			if (t) throw t;
		}
		this._arr.push(Xe(this._field, e));
	}
	clear() {
		this._arr.splice(0, this._arr.length);
	}
	[Symbol.iterator]() {
		return this.values();
	}
	keys() {
		return this._arr.keys();
	}
	*values() {
		for (let e of this._arr) yield Ze(this._field, e, this.check);
	}
	*entries() {
		for (let e = 0; e < this._arr.length; e++) yield [e, Ze(this._field, this._arr[e], this.check)];
	}
}, qe = class {
	constructor(e, t, n = !0) {
		this.obj = this[p] = t ?? {}, this.check = n, this._field = e;
	}
	field() {
		return this._field;
	}
	set(e, t) {
		if (this.check) {
			let n = Re(this._field, e, t);
			if (n) throw n;
		}
		return this.obj[M(e)] = Qe(this._field, t), this;
	}
	delete(e) {
		let t = M(e), n = Object.prototype.hasOwnProperty.call(this.obj, t);
		return n && delete this.obj[t], n;
	}
	clear() {
		for (let e of Object.keys(this.obj)) delete this.obj[e];
	}
	get(e) {
		let t = this.obj[M(e)];
		return t !== void 0 && (t = $e(this._field, t, this.check)), t;
	}
	has(e) {
		return Object.prototype.hasOwnProperty.call(this.obj, M(e));
	}
	*keys() {
		for (let e of Object.keys(this.obj)) yield et(e, this._field.mapKey);
	}
	*entries() {
		for (let e of Object.entries(this.obj)) yield [et(e[0], this._field.mapKey), $e(this._field, e[1], this.check)];
	}
	[Symbol.iterator]() {
		return this.entries();
	}
	get size() {
		return Object.keys(this.obj).length;
	}
	*values() {
		for (let e of Object.values(this.obj)) yield $e(this._field, e, this.check);
	}
	forEach(e, t) {
		for (let n of this.entries()) e.call(t, n[1], n[0], this);
	}
};
function Je(e, t) {
	return he(t) ? ge(t.message) && !e.oneof && e.fieldKind == "message" ? t.message.value : t.desc.typeName == "google.protobuf.Struct" && e.parent.typeName != "google.protobuf.Value" ? it(t.message) : t.message : t;
}
function Ye(e, t, n) {
	return t !== void 0 && (g(e.message) && !e.oneof && e.fieldKind == "message" ? t = {
		$typeName: e.message.typeName,
		value: tt(e.message.fields[0], t)
	} : e.message.typeName == "google.protobuf.Struct" && e.parent.typeName != "google.protobuf.Value" && h(t) && (t = rt(t))), new Ge(e.message, t, n);
}
function Xe(e, t) {
	return e.listKind == "message" ? Je(e, t) : nt(e, t);
}
function Ze(e, t, n) {
	return e.listKind == "message" ? Ye(e, t, n) : tt(e, t);
}
function Qe(e, t) {
	return e.mapKind == "message" ? Je(e, t) : nt(e, t);
}
function $e(e, t, n) {
	return e.mapKind == "message" ? Ye(e, t, n) : t;
}
function M(e) {
	return typeof e == "string" || typeof e == "number" ? e : String(e);
}
function et(e, n) {
	switch (n) {
		case t.STRING: return e;
		case t.INT32:
		case t.FIXED32:
		case t.UINT32:
		case t.SFIXED32:
		case t.SINT32: {
			let t = Number.parseInt(e);
			if (Number.isFinite(t)) return t;
			break;
		}
		case t.BOOL:
			switch (e) {
				case "true": return !0;
				case "false": return !1;
			}
			break;
		case t.UINT64:
		case t.FIXED64:
			try {
				return d.uParse(e);
			} catch {}
			break;
		default: try {
			return d.parse(e);
		} catch {}
	}
	return e;
}
function tt(e, n) {
	switch (e.scalar) {
		case t.INT64:
		case t.SFIXED64:
		case t.SINT64:
			"longAsString" in e && e.longAsString && typeof n == "string" && (n = d.parse(n));
			break;
		case t.FIXED64:
		case t.UINT64: "longAsString" in e && e.longAsString && typeof n == "string" && (n = d.uParse(n));
	}
	return n;
}
function nt(e, n) {
	switch (e.scalar) {
		case t.INT64:
		case t.SFIXED64:
		case t.SINT64:
			"longAsString" in e && e.longAsString ? n = String(n) : (typeof n == "string" || typeof n == "number") && (n = d.parse(n));
			break;
		case t.FIXED64:
		case t.UINT64: "longAsString" in e && e.longAsString ? n = String(n) : (typeof n == "string" || typeof n == "number") && (n = d.uParse(n));
	}
	return n;
}
function rt(e) {
	let t = {
		$typeName: "google.protobuf.Struct",
		fields: {}
	};
	if (h(e)) for (let [n, r] of Object.entries(e)) t.fields[n] = ot(r);
	return t;
}
function it(e) {
	let t = {};
	for (let [n, r] of Object.entries(e.fields)) t[n] = at(r);
	return t;
}
function at(e) {
	switch (e.kind.case) {
		case "structValue": return it(e.kind.value);
		case "listValue": return e.kind.value.values.map(at);
		case "nullValue":
		case void 0: return null;
		default: return e.kind.value;
	}
}
function ot(e) {
	let t = {
		$typeName: "google.protobuf.Value",
		kind: { case: void 0 }
	};
	switch (typeof e) {
		case "number":
			t.kind = {
				case: "numberValue",
				value: e
			};
			break;
		case "string":
			t.kind = {
				case: "stringValue",
				value: e
			};
			break;
		case "boolean":
			t.kind = {
				case: "boolValue",
				value: e
			};
			break;
		case "object": if (e === null) t.kind = {
			case: "nullValue",
			value: 0
		};
		else if (Array.isArray(e)) {
			let n = {
				$typeName: "google.protobuf.ListValue",
				values: []
			};
			if (Array.isArray(e)) for (let t of e) n.values.push(ot(t));
			t.kind = {
				case: "listValue",
				value: n
			};
		} else t.kind = {
			case: "structValue",
			value: rt(e)
		};
	}
	return t;
}
// node_modules/@bufbuild/protobuf/dist/esm/wire/base64-encoding.js
function st(e) {
	let t = dt(), n = e.length * 3 / 4;
	e[e.length - 2] == "=" ? n -= 2 : e[e.length - 1] == "=" && --n;
	let r = new Uint8Array(n), i = 0, a = 0, o, s = 0;
	for (let n = 0; n < e.length; n++) {
		if (o = t[e.charCodeAt(n)], o === void 0) switch (e[n]) {
			case "=": a = 0;
			case "\n":
			case "\r":
			case "	":
			case " ": continue;
			default: throw Error("invalid base64 string");
		}
		switch (a) {
			case 0:
				s = o, a = 1;
				break;
			case 1:
				r[i++] = s << 2 | (o & 48) >> 4, s = o, a = 2;
				break;
			case 2:
				r[i++] = (s & 15) << 4 | (o & 60) >> 2, s = o, a = 3;
				break;
			case 3: r[i++] = (s & 3) << 6 | o, a = 0;
		}
	}
	if (a == 1) throw Error("invalid base64 string");
	return r.subarray(0, i);
}
function ct(e, t = "std") {
	let n = ut(t), r = t == "std", i = "", a = 0, o, s = 0;
	for (let t = 0; t < e.length; t++) switch (o = e[t], a) {
		case 0:
			i += n[o >> 2], s = (o & 3) << 4, a = 1;
			break;
		case 1:
			i += n[s | o >> 4], s = (o & 15) << 2, a = 2;
			break;
		case 2: i += n[s | o >> 6], i += n[o & 63], a = 0;
	}
	return a && (i += n[s], r && (i += "=", a == 1 && (i += "="))), i;
}
var N, lt, P;
function ut(e) {
	return N || (N = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".split(""), lt = N.slice(0, -2).concat("-", "_")), e == "url" ? lt : N;
}
function dt() {
	if (!P) {
		P = [];
		let e = ut("std");
		for (let t = 0; t < e.length; t++) P[e[t].charCodeAt(0)] = t;
		P[45] = e.indexOf("+"), P[95] = e.indexOf("/");
	}
	return P;
}
// node_modules/@bufbuild/protobuf/dist/esm/reflect/names.js
function F(e) {
	let t = !1, n = [];
	for (let r = 0; r < e.length; r++) {
		let i = e.charAt(r);
		switch (i) {
			case "_":
				t = !0;
				break;
			case "0":
			case "1":
			case "2":
			case "3":
			case "4":
			case "5":
			case "6":
			case "7":
			case "8":
			case "9":
				n.push(i), t = !1;
				break;
			default: t && (t = !1, i = i.toUpperCase()), n.push(i);
		}
	}
	return n.join("");
}
function ft(e) {
	return e.replace(/[A-Z]/g, (e) => "_" + e.toLowerCase());
}
var pt = /* @__PURE__ */ new Set([
	"constructor",
	"toString",
	"toJSON",
	"valueOf"
]);
function I(e) {
	return pt.has(e) ? e + "$" : e;
}
// node_modules/@bufbuild/protobuf/dist/esm/codegenv2/restore-json-names.js
function mt(e) {
	for (let t of e.field) m(t, "jsonName") || (t.jsonName = F(t.name));
	e.nestedType.forEach(mt);
}
// node_modules/@bufbuild/protobuf/dist/esm/wire/text-format.js
function ht(e, t) {
	let n = e.values.find((e) => e.name === t);
	if (!n) throw Error(`cannot parse ${e} default value: ${t}`);
	return n.number;
}
function gt(e, n) {
	switch (e) {
		case t.STRING: return n;
		case t.BYTES: {
			let r = _t(n);
			if (r === !1) throw Error(`cannot parse ${t[e]} default value: ${n}`);
			return r;
		}
		case t.INT64:
		case t.SFIXED64:
		case t.SINT64: return d.parse(n);
		case t.UINT64:
		case t.FIXED64: return d.uParse(n);
		case t.DOUBLE:
		case t.FLOAT: switch (n) {
			case "inf": return Infinity;
			case "-inf": return -Infinity;
			case "nan": return NaN;
			default: return parseFloat(n);
		}
		case t.BOOL: return n === "true";
		case t.INT32:
		case t.UINT32:
		case t.SINT32:
		case t.FIXED32:
		case t.SFIXED32: return parseInt(n, 10);
	}
}
function _t(e) {
	let t = [], n = {
		tail: e,
		c: "",
		next() {
			return this.tail.length != 0 && (this.c = this.tail[0], this.tail = this.tail.substring(1), !0);
		},
		take(e) {
			if (this.tail.length >= e) {
				let t = this.tail.substring(0, e);
				return this.tail = this.tail.substring(e), t;
			}
			return !1;
		}
	};
	for (; n.next();) switch (n.c) {
		case "\\":
			if (n.next()) switch (n.c) {
				case "\\":
					t.push(n.c.charCodeAt(0));
					break;
				case "b":
					t.push(8);
					break;
				case "f":
					t.push(12);
					break;
				case "n":
					t.push(10);
					break;
				case "r":
					t.push(13);
					break;
				case "t":
					t.push(9);
					break;
				case "v":
					t.push(11);
					break;
				case "0":
				case "1":
				case "2":
				case "3":
				case "4":
				case "5":
				case "6":
				case "7": {
					let e = n.c, r = n.take(2);
					if (r === !1) return !1;
					let i = parseInt(e + r, 8);
					if (Number.isNaN(i)) return !1;
					t.push(i);
					break;
				}
				case "x": {
					let e = n.c, r = n.take(2);
					if (r === !1) return !1;
					let i = parseInt(e + r, 16);
					if (Number.isNaN(i)) return !1;
					t.push(i);
					break;
				}
				case "u": {
					let e = n.c, r = n.take(4);
					if (r === !1) return !1;
					let i = parseInt(e + r, 16);
					if (Number.isNaN(i)) return !1;
					let a = /* @__PURE__ */ new Uint8Array(4);
					new DataView(a.buffer).setInt32(0, i, !0), t.push(a[0], a[1], a[2], a[3]);
					break;
				}
				case "U": {
					let e = n.c, r = n.take(8);
					if (r === !1) return !1;
					let i = d.uEnc(e + r), a = /* @__PURE__ */ new Uint8Array(8), o = new DataView(a.buffer);
					o.setInt32(0, i.lo, !0), o.setInt32(4, i.hi, !0), t.push(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
					break;
				}
			}
			break;
		default: t.push(n.c.charCodeAt(0));
	}
	return new Uint8Array(t);
}
// node_modules/@bufbuild/protobuf/dist/esm/reflect/nested-types.js
function* vt(e) {
	switch (e.kind) {
		case "file":
			for (let t of e.messages) yield t, yield* vt(t);
			yield* e.enums, yield* e.services, yield* e.extensions;
			break;
		case "message":
			for (let t of e.nestedMessages) yield t, yield* vt(t);
			yield* e.nestedEnums, yield* e.nestedExtensions;
	}
}
// node_modules/@bufbuild/protobuf/dist/esm/registry.js
function yt(...e) {
	let t = bt();
	if (!e.length) return t;
	if ("$typeName" in e[0] && e[0].$typeName == "google.protobuf.FileDescriptorSet") {
		for (let n of e[0].file) Bt(n, t);
		return t;
	}
	if ("$typeName" in e[0]) {
		let n = e[0], r = e[1], i = /* @__PURE__ */ new Set();
		function a(e) {
			let n = [];
			for (let a of e.dependency) {
				if (t.getFile(a) != null || i.has(a)) continue;
				let o = r(a);
				if (!o) throw Error(`Unable to resolve ${a}, imported by ${e.name}`);
				"kind" in o ? t.addFile(o, !1, !0) : (i.add(o.name), n.push(o));
			}
			return n.concat(...n.map(a));
		}
		for (let e of [n, ...a(n)].reverse()) Bt(e, t);
	} else for (let n of e) for (let e of n.files) t.addFile(e);
	return t;
}
function bt() {
	let e = /* @__PURE__ */ new Map(), t = /* @__PURE__ */ new Map(), n = /* @__PURE__ */ new Map();
	return {
		kind: "registry",
		types: e,
		extendees: t,
		[Symbol.iterator]() {
			return e.values();
		},
		get files() {
			return n.values();
		},
		addFile(e, t, r) {
			if (n.set(e.proto.name, e), !t) for (let t of vt(e)) this.add(t);
			if (r) for (let n of e.dependencies) this.addFile(n, t, r);
		},
		add(n) {
			if (n.kind == "extension") {
				let e = t.get(n.extendee.typeName);
				e || t.set(n.extendee.typeName, e = /* @__PURE__ */ new Map()), e.set(n.number, n);
			}
			e.set(n.typeName, n);
		},
		get(t) {
			return e.get(t);
		},
		getFile(e) {
			return n.get(e);
		},
		getMessage(t) {
			let n = e.get(t);
			return n?.kind == "message" ? n : void 0;
		},
		getEnum(t) {
			let n = e.get(t);
			return n?.kind == "enum" ? n : void 0;
		},
		getExtension(t) {
			let n = e.get(t);
			return n?.kind == "extension" ? n : void 0;
		},
		getExtensionFor(e, n) {
			return t.get(e.typeName)?.get(n);
		},
		getService(t) {
			let n = e.get(t);
			return n?.kind == "service" ? n : void 0;
		}
	};
}
var xt = 998, St = 999, Ct = 9999, wt = 9, L = 10, R = 11, Tt = 12, Et = 14, Dt = 3, Ot = 2, kt = 1, At = 0, jt = 1, Mt = 2, Nt = 3, Pt = 1, Ft = 2, It = 1, Lt = 2, Rt = 1001, zt = {
	998: {
		fieldPresence: 1,
		enumType: 2,
		repeatedFieldEncoding: 2,
		utf8Validation: 3,
		messageEncoding: 1,
		jsonFormat: 2,
		enforceNamingStyle: 2,
		defaultSymbolVisibility: 1
	},
	999: {
		fieldPresence: 2,
		enumType: 1,
		repeatedFieldEncoding: 1,
		utf8Validation: 2,
		messageEncoding: 1,
		jsonFormat: 1,
		enforceNamingStyle: 2,
		defaultSymbolVisibility: 1
	},
	1e3: {
		fieldPresence: 1,
		enumType: 1,
		repeatedFieldEncoding: 1,
		utf8Validation: 2,
		messageEncoding: 1,
		jsonFormat: 1,
		enforceNamingStyle: 2,
		defaultSymbolVisibility: 1
	},
	1001: {
		fieldPresence: 1,
		enumType: 1,
		repeatedFieldEncoding: 1,
		utf8Validation: 2,
		messageEncoding: 1,
		jsonFormat: 1,
		enforceNamingStyle: 1,
		defaultSymbolVisibility: 2
	}
};
function Bt(e, t) {
	let n = {
		kind: "file",
		proto: e,
		deprecated: e.options?.deprecated ?? !1,
		edition: Yt(e),
		name: e.name.replace(/\.proto$/, ""),
		dependencies: Xt(e, t),
		enums: [],
		messages: [],
		extensions: [],
		services: [],
		toString() {
			return `file ${e.name}`;
		}
	}, r = /* @__PURE__ */ new Map(), i = {
		get(e) {
			return r.get(e);
		},
		add(e) {
			H(e.proto.options?.mapEntry === !0), r.set(e.typeName, e);
		}
	};
	for (let r of e.enumType) Ut(r, n, void 0, t);
	for (let r of e.messageType) Wt(r, n, void 0, t, i);
	for (let r of e.service) Gt(r, n, t);
	Vt(n, t);
	for (let e of r.values()) Ht(e, t, i);
	for (let e of n.messages) Ht(e, t, i), Vt(e, t);
	t.addFile(n, !0);
}
function Vt(e, t) {
	switch (e.kind) {
		case "file":
			for (let n of e.proto.extension) {
				let r = Jt(n, e, t);
				e.extensions.push(r), t.add(r);
			}
			break;
		case "message":
			for (let n of e.proto.extension) {
				let r = Jt(n, e, t);
				e.nestedExtensions.push(r), t.add(r);
			}
			for (let n of e.nestedMessages) Vt(n, t);
	}
}
function Ht(e, t, n) {
	let r = e.proto.oneofDecl.map((t) => qt(t, e)), i = /* @__PURE__ */ new Set();
	for (let a of e.proto.field) {
		let o = $t(a, r), s = Jt(a, e, t, o, n);
		e.fields.push(s), e.field[s.localName] = s, o === void 0 ? e.members.push(s) : (o.fields.push(s), i.has(o) || (i.add(o), e.members.push(o)));
	}
	for (let t of r.filter((e) => i.has(e))) e.oneofs.push(t);
	for (let r of e.nestedMessages) Ht(r, t, n);
}
function Ut(e, t, n, r) {
	let i = Zt(e.name, e.value), a = {
		kind: "enum",
		proto: e,
		deprecated: e.options?.deprecated ?? !1,
		file: t,
		parent: n,
		open: !0,
		name: e.name,
		typeName: z(e, n, t),
		value: {},
		values: [],
		sharedPrefix: i,
		toString() {
			return `enum ${this.typeName}`;
		}
	};
	a.open = rn(a), r.add(a);
	for (let t of e.value) {
		let e = t.name;
		a.values.push(a.value[t.number] = {
			kind: "enum_value",
			proto: t,
			deprecated: t.options?.deprecated ?? !1,
			parent: a,
			name: e,
			localName: I(i == null ? e : e.substring(i.length)),
			number: t.number,
			toString() {
				return `enum value ${a.typeName}.${e}`;
			}
		});
	}
	(n?.nestedEnums ?? t.enums).push(a);
}
function Wt(e, t, n, r, i) {
	let a = {
		kind: "message",
		proto: e,
		deprecated: e.options?.deprecated ?? !1,
		file: t,
		parent: n,
		name: e.name,
		typeName: z(e, n, t),
		fields: [],
		field: {},
		oneofs: [],
		members: [],
		nestedEnums: [],
		nestedMessages: [],
		nestedExtensions: [],
		toString() {
			return `message ${this.typeName}`;
		}
	};
	e.options?.mapEntry === !0 ? i.add(a) : ((n?.nestedMessages ?? t.messages).push(a), r.add(a));
	for (let n of e.enumType) Ut(n, t, a, r);
	for (let n of e.nestedType) Wt(n, t, a, r, i);
}
function Gt(e, t, n) {
	let r = {
		kind: "service",
		proto: e,
		deprecated: e.options?.deprecated ?? !1,
		file: t,
		name: e.name,
		typeName: z(e, void 0, t),
		methods: [],
		method: {},
		toString() {
			return `service ${this.typeName}`;
		}
	};
	t.services.push(r), n.add(r);
	for (let t of e.method) {
		let e = Kt(t, r, n);
		r.methods.push(e), r.method[e.localName] = e;
	}
}
function Kt(e, t, n) {
	let r;
	r = e.clientStreaming && e.serverStreaming ? "bidi_streaming" : e.clientStreaming ? "client_streaming" : e.serverStreaming ? "server_streaming" : "unary";
	let i = n.getMessage(B(e.inputType)), a = n.getMessage(B(e.outputType));
	H(i, `invalid MethodDescriptorProto: input_type ${e.inputType} not found`), H(a, `invalid MethodDescriptorProto: output_type ${e.inputType} not found`);
	let o = e.name;
	return {
		kind: "rpc",
		proto: e,
		deprecated: e.options?.deprecated ?? !1,
		parent: t,
		name: o,
		localName: I(o.length ? I(o[0].toLowerCase() + o.substring(1)) : o),
		methodKind: r,
		input: i,
		output: a,
		idempotency: e.options?.idempotencyLevel ?? At,
		toString() {
			return `rpc ${t.typeName}.${o}`;
		}
	};
}
function qt(e, t) {
	return {
		kind: "oneof",
		proto: e,
		deprecated: !1,
		parent: t,
		fields: [],
		name: e.name,
		localName: I(F(e.name)),
		toString() {
			return `oneof ${t.typeName}.${this.name}`;
		}
	};
}
function Jt(e, t, n, r, i) {
	let a = i === void 0, o = {
		kind: "field",
		proto: e,
		deprecated: e.options?.deprecated ?? !1,
		name: e.name,
		number: e.number,
		scalar: void 0,
		message: void 0,
		enum: void 0,
		presence: en(e, r, a, t),
		utf8Validation: on(e, t),
		listKind: void 0,
		mapKind: void 0,
		mapKey: void 0,
		delimitedEncoding: void 0,
		packed: void 0,
		longAsString: !1,
		getDefaultValue: void 0
	};
	if (a) {
		let r = t.kind == "file" ? t : t.file, i = t.kind == "file" ? void 0 : t, a = z(e, i, r);
		o.kind = "extension", o.file = r, o.parent = i, o.oneof = void 0, o.typeName = a, o.jsonName = `[${a}]`, o.toString = () => `extension ${a}`;
		let s = n.getMessage(B(e.extendee));
		H(s, `invalid FieldDescriptorProto: extendee ${e.extendee} not found`), o.extendee = s;
	} else {
		let n = t;
		H(n.kind == "message"), o.parent = n, o.oneof = r, o.localName = r ? F(e.name) : I(F(e.name)), o.jsonName = e.jsonName, o.toString = () => `field ${n.typeName}.${e.name}`;
	}
	let s = e.label, c = e.type, l = e.options?.jstype;
	if (s === Dt) {
		let r = c == R ? i?.get(B(e.typeName)) : void 0;
		if (r) {
			o.fieldKind = "map";
			let { key: e, value: t } = nn(r);
			return o.mapKey = e.scalar, o.mapKind = t.fieldKind, o.message = t.message, o.delimitedEncoding = !1, o.enum = t.enum, o.scalar = t.scalar, o;
		}
		switch (o.fieldKind = "list", c) {
			case R:
			case L:
				o.listKind = "message", o.message = n.getMessage(B(e.typeName)), H(o.message), o.delimitedEncoding = an(e, t);
				break;
			case Et:
				o.listKind = "enum", o.enum = n.getEnum(B(e.typeName)), H(o.enum);
				break;
			default: o.listKind = "scalar", o.scalar = c, o.longAsString = l == kt;
		}
		return o.packed = tn(e, t), o;
	}
	switch (c) {
		case R:
		case L:
			o.fieldKind = "message", o.message = n.getMessage(B(e.typeName)), H(o.message, `invalid FieldDescriptorProto: type_name ${e.typeName} not found`), o.delimitedEncoding = an(e, t), o.getDefaultValue = () => void 0;
			break;
		case Et: {
			let t = n.getEnum(B(e.typeName));
			H(t !== void 0, `invalid FieldDescriptorProto: type_name ${e.typeName} not found`), o.fieldKind = "enum", o.enum = n.getEnum(B(e.typeName)), o.getDefaultValue = () => m(e, "defaultValue") ? ht(t, e.defaultValue) : void 0;
			break;
		}
		default: o.fieldKind = "scalar", o.scalar = c, o.longAsString = l == kt, o.getDefaultValue = () => m(e, "defaultValue") ? gt(c, e.defaultValue) : void 0;
	}
	return o;
}
function Yt(e) {
	switch (e.syntax) {
		case "":
		case "proto2": return xt;
		case "proto3": return St;
		case "editions":
			if (e.edition === Ct) return Rt;
			if (e.edition in zt) return e.edition;
			throw Error(`${e.name}: unsupported edition`);
		default: throw Error(`${e.name}: unsupported syntax "${e.syntax}"`);
	}
}
function Xt(e, t) {
	return e.dependency.map((n) => {
		let r = t.getFile(n);
		if (!r) throw Error(`Cannot find ${n}, imported by ${e.name}`);
		return r;
	});
}
function Zt(e, t) {
	let n = Qt(e) + "_";
	for (let e of t) {
		if (!e.name.toLowerCase().startsWith(n)) return;
		let t = e.name.substring(n.length);
		if (t.length == 0 || /^\d/.test(t)) return;
	}
	return n;
}
function Qt(e) {
	return (e.substring(0, 1) + e.substring(1).replace(/[A-Z]/g, (e) => "_" + e)).toLowerCase();
}
function z(e, t, n) {
	let r;
	return r = t ? `${t.typeName}.${e.name}` : n.proto.package.length > 0 ? `${n.proto.package}.${e.name}` : `${e.name}`, r;
}
function B(e) {
	return e.startsWith(".") ? e.substring(1) : e;
}
function $t(e, t) {
	if (!m(e, "oneofIndex") || e.proto3Optional) return;
	let n = t[e.oneofIndex];
	return H(n, `invalid FieldDescriptorProto: oneof #${e.oneofIndex} for field #${e.number} not found`), n;
}
function en(e, t, n, r) {
	if (e.label == Ot) return Nt;
	if (e.label == Dt) return Mt;
	if (t || e.proto3Optional || n) return jt;
	let i = V("fieldPresence", {
		proto: e,
		parent: r
	});
	return i == Mt && (e.type == R || e.type == L) ? jt : i;
}
function tn(e, t) {
	if (e.label != Dt) return !1;
	switch (e.type) {
		case wt:
		case Tt:
		case L:
		case R: return !1;
	}
	let n = e.options;
	return n && m(n, "packed") ? n.packed : Pt == V("repeatedFieldEncoding", {
		proto: e,
		parent: t
	});
}
function nn(e) {
	let n = e.fields.find((e) => e.number === 1), r = e.fields.find((e) => e.number === 2);
	return H(n && n.fieldKind == "scalar" && n.scalar != t.BYTES && n.scalar != t.FLOAT && n.scalar != t.DOUBLE && r && r.fieldKind != "list" && r.fieldKind != "map"), {
		key: n,
		value: r
	};
}
function rn(e) {
	return It == V("enumType", {
		proto: e.proto,
		parent: e.parent ?? e.file
	});
}
function an(e, t) {
	return e.type == L || Ft == V("messageEncoding", {
		proto: e,
		parent: t
	});
}
function on(e, t) {
	return Lt == V("utf8Validation", {
		proto: e,
		parent: t
	});
}
function V(e, t) {
	let n = t.proto.options?.features;
	if (n) {
		let t = n[e];
		if (t != 0) return t;
	}
	if ("kind" in t) {
		if (t.kind == "message") return V(e, t.parent ?? t.file);
		let n = zt[t.edition];
		if (!n) throw Error(`feature default for edition ${t.edition} not found`);
		return n[e];
	}
	return V(e, t.parent);
}
function H(e, t) {
	if (!e) throw Error(t);
}
// node_modules/@bufbuild/protobuf/dist/esm/codegenv2/boot.js
function sn(e) {
	let t = cn(e);
	return t.messageType.forEach(mt), yt(t, () => void 0).getFile(t.name);
}
function cn(e) {
	return Object.assign(Object.create({
		syntax: "",
		edition: 0
	}), Object.assign(Object.assign({
		$typeName: "google.protobuf.FileDescriptorProto",
		dependency: [],
		publicDependency: [],
		weakDependency: [],
		optionDependency: [],
		service: [],
		extension: []
	}, e), {
		messageType: e.messageType.map(ln),
		enumType: e.enumType.map(fn)
	}));
}
function ln(e) {
	return Object.assign(Object.create({ visibility: 0 }), {
		$typeName: "google.protobuf.DescriptorProto",
		name: e.name,
		field: e.field?.map(un) ?? [],
		extension: [],
		nestedType: e.nestedType?.map(ln) ?? [],
		enumType: e.enumType?.map(fn) ?? [],
		extensionRange: e.extensionRange?.map((e) => Object.assign({ $typeName: "google.protobuf.DescriptorProto.ExtensionRange" }, e)) ?? [],
		oneofDecl: [],
		reservedRange: [],
		reservedName: []
	});
}
function un(e) {
	return Object.assign(Object.create({
		label: 1,
		typeName: "",
		extendee: "",
		defaultValue: "",
		oneofIndex: 0,
		jsonName: "",
		proto3Optional: !1
	}), Object.assign(Object.assign({ $typeName: "google.protobuf.FieldDescriptorProto" }, e), { options: e.options ? dn(e.options) : void 0 }));
}
function dn(e) {
	return Object.assign(Object.create({
		ctype: 0,
		packed: !1,
		jstype: 0,
		lazy: !1,
		unverifiedLazy: !1,
		deprecated: !1,
		weak: !1,
		debugRedact: !1,
		retention: 0
	}), Object.assign(Object.assign({ $typeName: "google.protobuf.FieldOptions" }, e), {
		targets: e.targets ?? [],
		editionDefaults: e.editionDefaults?.map((e) => Object.assign({ $typeName: "google.protobuf.FieldOptions.EditionDefault" }, e)) ?? [],
		uninterpretedOption: []
	}));
}
function fn(e) {
	return Object.assign(Object.create({ visibility: 0 }), {
		$typeName: "google.protobuf.EnumDescriptorProto",
		name: e.name,
		reservedName: [],
		reservedRange: [],
		value: e.value.map((e) => Object.assign({ $typeName: "google.protobuf.EnumValueDescriptorProto" }, e))
	});
}
// node_modules/@bufbuild/protobuf/dist/esm/codegenv2/message.js
function U(e, t, ...n) {
	return n.reduce((e, t) => e.nestedMessages[t], e.messages[t]);
}
var pn = /*@__PURE__*/ U(/* @__PURE__ */ sn({
	name: "google/protobuf/descriptor.proto",
	package: "google.protobuf",
	messageType: [
		{
			name: "FileDescriptorSet",
			field: [{
				name: "file",
				number: 1,
				type: 11,
				label: 3,
				typeName: ".google.protobuf.FileDescriptorProto"
			}],
			extensionRange: [{
				start: 536e6,
				end: 536000001
			}]
		},
		{
			name: "FileDescriptorProto",
			field: [
				{
					name: "name",
					number: 1,
					type: 9,
					label: 1
				},
				{
					name: "package",
					number: 2,
					type: 9,
					label: 1
				},
				{
					name: "dependency",
					number: 3,
					type: 9,
					label: 3
				},
				{
					name: "public_dependency",
					number: 10,
					type: 5,
					label: 3
				},
				{
					name: "weak_dependency",
					number: 11,
					type: 5,
					label: 3
				},
				{
					name: "option_dependency",
					number: 15,
					type: 9,
					label: 3
				},
				{
					name: "message_type",
					number: 4,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.DescriptorProto"
				},
				{
					name: "enum_type",
					number: 5,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.EnumDescriptorProto"
				},
				{
					name: "service",
					number: 6,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.ServiceDescriptorProto"
				},
				{
					name: "extension",
					number: 7,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.FieldDescriptorProto"
				},
				{
					name: "options",
					number: 8,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FileOptions"
				},
				{
					name: "source_code_info",
					number: 9,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.SourceCodeInfo"
				},
				{
					name: "syntax",
					number: 12,
					type: 9,
					label: 1
				},
				{
					name: "edition",
					number: 14,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.Edition"
				}
			]
		},
		{
			name: "DescriptorProto",
			field: [
				{
					name: "name",
					number: 1,
					type: 9,
					label: 1
				},
				{
					name: "field",
					number: 2,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.FieldDescriptorProto"
				},
				{
					name: "extension",
					number: 6,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.FieldDescriptorProto"
				},
				{
					name: "nested_type",
					number: 3,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.DescriptorProto"
				},
				{
					name: "enum_type",
					number: 4,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.EnumDescriptorProto"
				},
				{
					name: "extension_range",
					number: 5,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.DescriptorProto.ExtensionRange"
				},
				{
					name: "oneof_decl",
					number: 8,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.OneofDescriptorProto"
				},
				{
					name: "options",
					number: 7,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.MessageOptions"
				},
				{
					name: "reserved_range",
					number: 9,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.DescriptorProto.ReservedRange"
				},
				{
					name: "reserved_name",
					number: 10,
					type: 9,
					label: 3
				},
				{
					name: "visibility",
					number: 11,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.SymbolVisibility"
				}
			],
			nestedType: [{
				name: "ExtensionRange",
				field: [
					{
						name: "start",
						number: 1,
						type: 5,
						label: 1
					},
					{
						name: "end",
						number: 2,
						type: 5,
						label: 1
					},
					{
						name: "options",
						number: 3,
						type: 11,
						label: 1,
						typeName: ".google.protobuf.ExtensionRangeOptions"
					}
				]
			}, {
				name: "ReservedRange",
				field: [{
					name: "start",
					number: 1,
					type: 5,
					label: 1
				}, {
					name: "end",
					number: 2,
					type: 5,
					label: 1
				}]
			}]
		},
		{
			name: "ExtensionRangeOptions",
			field: [
				{
					name: "uninterpreted_option",
					number: 999,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.UninterpretedOption"
				},
				{
					name: "declaration",
					number: 2,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.ExtensionRangeOptions.Declaration",
					options: { retention: 2 }
				},
				{
					name: "features",
					number: 50,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FeatureSet"
				},
				{
					name: "verification",
					number: 3,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.ExtensionRangeOptions.VerificationState",
					defaultValue: "UNVERIFIED",
					options: { retention: 2 }
				}
			],
			nestedType: [{
				name: "Declaration",
				field: [
					{
						name: "number",
						number: 1,
						type: 5,
						label: 1
					},
					{
						name: "full_name",
						number: 2,
						type: 9,
						label: 1
					},
					{
						name: "type",
						number: 3,
						type: 9,
						label: 1
					},
					{
						name: "reserved",
						number: 5,
						type: 8,
						label: 1
					},
					{
						name: "repeated",
						number: 6,
						type: 8,
						label: 1
					}
				]
			}],
			enumType: [{
				name: "VerificationState",
				value: [{
					name: "DECLARATION",
					number: 0
				}, {
					name: "UNVERIFIED",
					number: 1
				}]
			}],
			extensionRange: [{
				start: 1e3,
				end: 536870912
			}]
		},
		{
			name: "FieldDescriptorProto",
			field: [
				{
					name: "name",
					number: 1,
					type: 9,
					label: 1
				},
				{
					name: "number",
					number: 3,
					type: 5,
					label: 1
				},
				{
					name: "label",
					number: 4,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FieldDescriptorProto.Label"
				},
				{
					name: "type",
					number: 5,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FieldDescriptorProto.Type"
				},
				{
					name: "type_name",
					number: 6,
					type: 9,
					label: 1
				},
				{
					name: "extendee",
					number: 2,
					type: 9,
					label: 1
				},
				{
					name: "default_value",
					number: 7,
					type: 9,
					label: 1
				},
				{
					name: "oneof_index",
					number: 9,
					type: 5,
					label: 1
				},
				{
					name: "json_name",
					number: 10,
					type: 9,
					label: 1
				},
				{
					name: "options",
					number: 8,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FieldOptions"
				},
				{
					name: "proto3_optional",
					number: 17,
					type: 8,
					label: 1
				}
			],
			enumType: [{
				name: "Type",
				value: [
					{
						name: "TYPE_DOUBLE",
						number: 1
					},
					{
						name: "TYPE_FLOAT",
						number: 2
					},
					{
						name: "TYPE_INT64",
						number: 3
					},
					{
						name: "TYPE_UINT64",
						number: 4
					},
					{
						name: "TYPE_INT32",
						number: 5
					},
					{
						name: "TYPE_FIXED64",
						number: 6
					},
					{
						name: "TYPE_FIXED32",
						number: 7
					},
					{
						name: "TYPE_BOOL",
						number: 8
					},
					{
						name: "TYPE_STRING",
						number: 9
					},
					{
						name: "TYPE_GROUP",
						number: 10
					},
					{
						name: "TYPE_MESSAGE",
						number: 11
					},
					{
						name: "TYPE_BYTES",
						number: 12
					},
					{
						name: "TYPE_UINT32",
						number: 13
					},
					{
						name: "TYPE_ENUM",
						number: 14
					},
					{
						name: "TYPE_SFIXED32",
						number: 15
					},
					{
						name: "TYPE_SFIXED64",
						number: 16
					},
					{
						name: "TYPE_SINT32",
						number: 17
					},
					{
						name: "TYPE_SINT64",
						number: 18
					}
				]
			}, {
				name: "Label",
				value: [
					{
						name: "LABEL_OPTIONAL",
						number: 1
					},
					{
						name: "LABEL_REPEATED",
						number: 3
					},
					{
						name: "LABEL_REQUIRED",
						number: 2
					}
				]
			}]
		},
		{
			name: "OneofDescriptorProto",
			field: [{
				name: "name",
				number: 1,
				type: 9,
				label: 1
			}, {
				name: "options",
				number: 2,
				type: 11,
				label: 1,
				typeName: ".google.protobuf.OneofOptions"
			}]
		},
		{
			name: "EnumDescriptorProto",
			field: [
				{
					name: "name",
					number: 1,
					type: 9,
					label: 1
				},
				{
					name: "value",
					number: 2,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.EnumValueDescriptorProto"
				},
				{
					name: "options",
					number: 3,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.EnumOptions"
				},
				{
					name: "reserved_range",
					number: 4,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.EnumDescriptorProto.EnumReservedRange"
				},
				{
					name: "reserved_name",
					number: 5,
					type: 9,
					label: 3
				},
				{
					name: "visibility",
					number: 6,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.SymbolVisibility"
				}
			],
			nestedType: [{
				name: "EnumReservedRange",
				field: [{
					name: "start",
					number: 1,
					type: 5,
					label: 1
				}, {
					name: "end",
					number: 2,
					type: 5,
					label: 1
				}]
			}]
		},
		{
			name: "EnumValueDescriptorProto",
			field: [
				{
					name: "name",
					number: 1,
					type: 9,
					label: 1
				},
				{
					name: "number",
					number: 2,
					type: 5,
					label: 1
				},
				{
					name: "options",
					number: 3,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.EnumValueOptions"
				}
			]
		},
		{
			name: "ServiceDescriptorProto",
			field: [
				{
					name: "name",
					number: 1,
					type: 9,
					label: 1
				},
				{
					name: "method",
					number: 2,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.MethodDescriptorProto"
				},
				{
					name: "options",
					number: 3,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.ServiceOptions"
				}
			]
		},
		{
			name: "MethodDescriptorProto",
			field: [
				{
					name: "name",
					number: 1,
					type: 9,
					label: 1
				},
				{
					name: "input_type",
					number: 2,
					type: 9,
					label: 1
				},
				{
					name: "output_type",
					number: 3,
					type: 9,
					label: 1
				},
				{
					name: "options",
					number: 4,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.MethodOptions"
				},
				{
					name: "client_streaming",
					number: 5,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "server_streaming",
					number: 6,
					type: 8,
					label: 1,
					defaultValue: "false"
				}
			]
		},
		{
			name: "FileOptions",
			field: [
				{
					name: "java_package",
					number: 1,
					type: 9,
					label: 1
				},
				{
					name: "java_outer_classname",
					number: 8,
					type: 9,
					label: 1
				},
				{
					name: "java_multiple_files",
					number: 10,
					type: 8,
					label: 1,
					defaultValue: "false",
					options: {}
				},
				{
					name: "java_generate_equals_and_hash",
					number: 20,
					type: 8,
					label: 1,
					options: { deprecated: !0 }
				},
				{
					name: "java_string_check_utf8",
					number: 27,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "optimize_for",
					number: 9,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FileOptions.OptimizeMode",
					defaultValue: "SPEED"
				},
				{
					name: "go_package",
					number: 11,
					type: 9,
					label: 1
				},
				{
					name: "cc_generic_services",
					number: 16,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "java_generic_services",
					number: 17,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "py_generic_services",
					number: 18,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "deprecated",
					number: 23,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "cc_enable_arenas",
					number: 31,
					type: 8,
					label: 1,
					defaultValue: "true"
				},
				{
					name: "objc_class_prefix",
					number: 36,
					type: 9,
					label: 1
				},
				{
					name: "csharp_namespace",
					number: 37,
					type: 9,
					label: 1
				},
				{
					name: "swift_prefix",
					number: 39,
					type: 9,
					label: 1
				},
				{
					name: "php_class_prefix",
					number: 40,
					type: 9,
					label: 1
				},
				{
					name: "php_namespace",
					number: 41,
					type: 9,
					label: 1
				},
				{
					name: "php_metadata_namespace",
					number: 44,
					type: 9,
					label: 1
				},
				{
					name: "ruby_package",
					number: 45,
					type: 9,
					label: 1
				},
				{
					name: "features",
					number: 50,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FeatureSet"
				},
				{
					name: "uninterpreted_option",
					number: 999,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.UninterpretedOption"
				}
			],
			enumType: [{
				name: "OptimizeMode",
				value: [
					{
						name: "SPEED",
						number: 1
					},
					{
						name: "CODE_SIZE",
						number: 2
					},
					{
						name: "LITE_RUNTIME",
						number: 3
					}
				]
			}],
			extensionRange: [{
				start: 1e3,
				end: 536870912
			}]
		},
		{
			name: "MessageOptions",
			field: [
				{
					name: "message_set_wire_format",
					number: 1,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "no_standard_descriptor_accessor",
					number: 2,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "deprecated",
					number: 3,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "map_entry",
					number: 7,
					type: 8,
					label: 1
				},
				{
					name: "deprecated_legacy_json_field_conflicts",
					number: 11,
					type: 8,
					label: 1,
					options: { deprecated: !0 }
				},
				{
					name: "features",
					number: 12,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FeatureSet"
				},
				{
					name: "uninterpreted_option",
					number: 999,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.UninterpretedOption"
				}
			],
			extensionRange: [{
				start: 1e3,
				end: 536870912
			}]
		},
		{
			name: "FieldOptions",
			field: [
				{
					name: "ctype",
					number: 1,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FieldOptions.CType",
					defaultValue: "STRING"
				},
				{
					name: "packed",
					number: 2,
					type: 8,
					label: 1
				},
				{
					name: "jstype",
					number: 6,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FieldOptions.JSType",
					defaultValue: "JS_NORMAL"
				},
				{
					name: "lazy",
					number: 5,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "unverified_lazy",
					number: 15,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "deprecated",
					number: 3,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "weak",
					number: 10,
					type: 8,
					label: 1,
					defaultValue: "false",
					options: { deprecated: !0 }
				},
				{
					name: "debug_redact",
					number: 16,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "retention",
					number: 17,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FieldOptions.OptionRetention"
				},
				{
					name: "targets",
					number: 19,
					type: 14,
					label: 3,
					typeName: ".google.protobuf.FieldOptions.OptionTargetType"
				},
				{
					name: "edition_defaults",
					number: 20,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.FieldOptions.EditionDefault"
				},
				{
					name: "features",
					number: 21,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FeatureSet"
				},
				{
					name: "feature_support",
					number: 22,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FieldOptions.FeatureSupport"
				},
				{
					name: "uninterpreted_option",
					number: 999,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.UninterpretedOption"
				}
			],
			nestedType: [{
				name: "EditionDefault",
				field: [{
					name: "edition",
					number: 3,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.Edition"
				}, {
					name: "value",
					number: 2,
					type: 9,
					label: 1
				}]
			}, {
				name: "FeatureSupport",
				field: [
					{
						name: "edition_introduced",
						number: 1,
						type: 14,
						label: 1,
						typeName: ".google.protobuf.Edition"
					},
					{
						name: "edition_deprecated",
						number: 2,
						type: 14,
						label: 1,
						typeName: ".google.protobuf.Edition"
					},
					{
						name: "deprecation_warning",
						number: 3,
						type: 9,
						label: 1
					},
					{
						name: "edition_removed",
						number: 4,
						type: 14,
						label: 1,
						typeName: ".google.protobuf.Edition"
					},
					{
						name: "removal_error",
						number: 5,
						type: 9,
						label: 1
					}
				]
			}],
			enumType: [
				{
					name: "CType",
					value: [
						{
							name: "STRING",
							number: 0
						},
						{
							name: "CORD",
							number: 1
						},
						{
							name: "STRING_PIECE",
							number: 2
						}
					]
				},
				{
					name: "JSType",
					value: [
						{
							name: "JS_NORMAL",
							number: 0
						},
						{
							name: "JS_STRING",
							number: 1
						},
						{
							name: "JS_NUMBER",
							number: 2
						}
					]
				},
				{
					name: "OptionRetention",
					value: [
						{
							name: "RETENTION_UNKNOWN",
							number: 0
						},
						{
							name: "RETENTION_RUNTIME",
							number: 1
						},
						{
							name: "RETENTION_SOURCE",
							number: 2
						}
					]
				},
				{
					name: "OptionTargetType",
					value: [
						{
							name: "TARGET_TYPE_UNKNOWN",
							number: 0
						},
						{
							name: "TARGET_TYPE_FILE",
							number: 1
						},
						{
							name: "TARGET_TYPE_EXTENSION_RANGE",
							number: 2
						},
						{
							name: "TARGET_TYPE_MESSAGE",
							number: 3
						},
						{
							name: "TARGET_TYPE_FIELD",
							number: 4
						},
						{
							name: "TARGET_TYPE_ONEOF",
							number: 5
						},
						{
							name: "TARGET_TYPE_ENUM",
							number: 6
						},
						{
							name: "TARGET_TYPE_ENUM_ENTRY",
							number: 7
						},
						{
							name: "TARGET_TYPE_SERVICE",
							number: 8
						},
						{
							name: "TARGET_TYPE_METHOD",
							number: 9
						}
					]
				}
			],
			extensionRange: [{
				start: 1e3,
				end: 536870912
			}]
		},
		{
			name: "OneofOptions",
			field: [{
				name: "features",
				number: 1,
				type: 11,
				label: 1,
				typeName: ".google.protobuf.FeatureSet"
			}, {
				name: "uninterpreted_option",
				number: 999,
				type: 11,
				label: 3,
				typeName: ".google.protobuf.UninterpretedOption"
			}],
			extensionRange: [{
				start: 1e3,
				end: 536870912
			}]
		},
		{
			name: "EnumOptions",
			field: [
				{
					name: "allow_alias",
					number: 2,
					type: 8,
					label: 1
				},
				{
					name: "deprecated",
					number: 3,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "deprecated_legacy_json_field_conflicts",
					number: 6,
					type: 8,
					label: 1,
					options: { deprecated: !0 }
				},
				{
					name: "features",
					number: 7,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FeatureSet"
				},
				{
					name: "uninterpreted_option",
					number: 999,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.UninterpretedOption"
				}
			],
			extensionRange: [{
				start: 1e3,
				end: 536870912
			}]
		},
		{
			name: "EnumValueOptions",
			field: [
				{
					name: "deprecated",
					number: 1,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "features",
					number: 2,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FeatureSet"
				},
				{
					name: "debug_redact",
					number: 3,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "feature_support",
					number: 4,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FieldOptions.FeatureSupport"
				},
				{
					name: "uninterpreted_option",
					number: 999,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.UninterpretedOption"
				}
			],
			extensionRange: [{
				start: 1e3,
				end: 536870912
			}]
		},
		{
			name: "ServiceOptions",
			field: [
				{
					name: "features",
					number: 34,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FeatureSet"
				},
				{
					name: "deprecated",
					number: 33,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "uninterpreted_option",
					number: 999,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.UninterpretedOption"
				}
			],
			extensionRange: [{
				start: 1e3,
				end: 536870912
			}]
		},
		{
			name: "MethodOptions",
			field: [
				{
					name: "deprecated",
					number: 33,
					type: 8,
					label: 1,
					defaultValue: "false"
				},
				{
					name: "idempotency_level",
					number: 34,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.MethodOptions.IdempotencyLevel",
					defaultValue: "IDEMPOTENCY_UNKNOWN"
				},
				{
					name: "features",
					number: 35,
					type: 11,
					label: 1,
					typeName: ".google.protobuf.FeatureSet"
				},
				{
					name: "uninterpreted_option",
					number: 999,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.UninterpretedOption"
				}
			],
			enumType: [{
				name: "IdempotencyLevel",
				value: [
					{
						name: "IDEMPOTENCY_UNKNOWN",
						number: 0
					},
					{
						name: "NO_SIDE_EFFECTS",
						number: 1
					},
					{
						name: "IDEMPOTENT",
						number: 2
					}
				]
			}],
			extensionRange: [{
				start: 1e3,
				end: 536870912
			}]
		},
		{
			name: "UninterpretedOption",
			field: [
				{
					name: "name",
					number: 2,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.UninterpretedOption.NamePart"
				},
				{
					name: "identifier_value",
					number: 3,
					type: 9,
					label: 1
				},
				{
					name: "positive_int_value",
					number: 4,
					type: 4,
					label: 1
				},
				{
					name: "negative_int_value",
					number: 5,
					type: 3,
					label: 1
				},
				{
					name: "double_value",
					number: 6,
					type: 1,
					label: 1
				},
				{
					name: "string_value",
					number: 7,
					type: 12,
					label: 1
				},
				{
					name: "aggregate_value",
					number: 8,
					type: 9,
					label: 1
				}
			],
			nestedType: [{
				name: "NamePart",
				field: [{
					name: "name_part",
					number: 1,
					type: 9,
					label: 2
				}, {
					name: "is_extension",
					number: 2,
					type: 8,
					label: 2
				}]
			}]
		},
		{
			name: "FeatureSet",
			field: [
				{
					name: "field_presence",
					number: 1,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FeatureSet.FieldPresence",
					options: {
						retention: 1,
						targets: [4, 1],
						editionDefaults: [
							{
								value: "EXPLICIT",
								edition: 900
							},
							{
								value: "IMPLICIT",
								edition: 999
							},
							{
								value: "EXPLICIT",
								edition: 1e3
							}
						]
					}
				},
				{
					name: "enum_type",
					number: 2,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FeatureSet.EnumType",
					options: {
						retention: 1,
						targets: [6, 1],
						editionDefaults: [{
							value: "CLOSED",
							edition: 900
						}, {
							value: "OPEN",
							edition: 999
						}]
					}
				},
				{
					name: "repeated_field_encoding",
					number: 3,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FeatureSet.RepeatedFieldEncoding",
					options: {
						retention: 1,
						targets: [4, 1],
						editionDefaults: [{
							value: "EXPANDED",
							edition: 900
						}, {
							value: "PACKED",
							edition: 999
						}]
					}
				},
				{
					name: "utf8_validation",
					number: 4,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FeatureSet.Utf8Validation",
					options: {
						retention: 1,
						targets: [4, 1],
						editionDefaults: [{
							value: "NONE",
							edition: 900
						}, {
							value: "VERIFY",
							edition: 999
						}]
					}
				},
				{
					name: "message_encoding",
					number: 5,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FeatureSet.MessageEncoding",
					options: {
						retention: 1,
						targets: [4, 1],
						editionDefaults: [{
							value: "LENGTH_PREFIXED",
							edition: 900
						}]
					}
				},
				{
					name: "json_format",
					number: 6,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FeatureSet.JsonFormat",
					options: {
						retention: 1,
						targets: [
							3,
							6,
							1
						],
						editionDefaults: [{
							value: "LEGACY_BEST_EFFORT",
							edition: 900
						}, {
							value: "ALLOW",
							edition: 999
						}]
					}
				},
				{
					name: "enforce_naming_style",
					number: 7,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FeatureSet.EnforceNamingStyle",
					options: {
						retention: 2,
						targets: [
							1,
							2,
							3,
							4,
							5,
							6,
							7,
							8,
							9
						],
						editionDefaults: [{
							value: "STYLE_LEGACY",
							edition: 900
						}, {
							value: "STYLE2024",
							edition: 1001
						}]
					}
				},
				{
					name: "default_symbol_visibility",
					number: 8,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.FeatureSet.VisibilityFeature.DefaultSymbolVisibility",
					options: {
						retention: 2,
						targets: [1],
						editionDefaults: [{
							value: "EXPORT_ALL",
							edition: 900
						}, {
							value: "EXPORT_TOP_LEVEL",
							edition: 1001
						}]
					}
				}
			],
			nestedType: [{
				name: "VisibilityFeature",
				enumType: [{
					name: "DefaultSymbolVisibility",
					value: [
						{
							name: "DEFAULT_SYMBOL_VISIBILITY_UNKNOWN",
							number: 0
						},
						{
							name: "EXPORT_ALL",
							number: 1
						},
						{
							name: "EXPORT_TOP_LEVEL",
							number: 2
						},
						{
							name: "LOCAL_ALL",
							number: 3
						},
						{
							name: "STRICT",
							number: 4
						}
					]
				}]
			}],
			enumType: [
				{
					name: "FieldPresence",
					value: [
						{
							name: "FIELD_PRESENCE_UNKNOWN",
							number: 0
						},
						{
							name: "EXPLICIT",
							number: 1
						},
						{
							name: "IMPLICIT",
							number: 2
						},
						{
							name: "LEGACY_REQUIRED",
							number: 3
						}
					]
				},
				{
					name: "EnumType",
					value: [
						{
							name: "ENUM_TYPE_UNKNOWN",
							number: 0
						},
						{
							name: "OPEN",
							number: 1
						},
						{
							name: "CLOSED",
							number: 2
						}
					]
				},
				{
					name: "RepeatedFieldEncoding",
					value: [
						{
							name: "REPEATED_FIELD_ENCODING_UNKNOWN",
							number: 0
						},
						{
							name: "PACKED",
							number: 1
						},
						{
							name: "EXPANDED",
							number: 2
						}
					]
				},
				{
					name: "Utf8Validation",
					value: [
						{
							name: "UTF8_VALIDATION_UNKNOWN",
							number: 0
						},
						{
							name: "VERIFY",
							number: 2
						},
						{
							name: "NONE",
							number: 3
						}
					]
				},
				{
					name: "MessageEncoding",
					value: [
						{
							name: "MESSAGE_ENCODING_UNKNOWN",
							number: 0
						},
						{
							name: "LENGTH_PREFIXED",
							number: 1
						},
						{
							name: "DELIMITED",
							number: 2
						}
					]
				},
				{
					name: "JsonFormat",
					value: [
						{
							name: "JSON_FORMAT_UNKNOWN",
							number: 0
						},
						{
							name: "ALLOW",
							number: 1
						},
						{
							name: "LEGACY_BEST_EFFORT",
							number: 2
						}
					]
				},
				{
					name: "EnforceNamingStyle",
					value: [
						{
							name: "ENFORCE_NAMING_STYLE_UNKNOWN",
							number: 0
						},
						{
							name: "STYLE2024",
							number: 1
						},
						{
							name: "STYLE_LEGACY",
							number: 2
						}
					]
				}
			],
			extensionRange: [
				{
					start: 1e3,
					end: 9995
				},
				{
					start: 9995,
					end: 1e4
				},
				{
					start: 1e4,
					end: 10001
				}
			]
		},
		{
			name: "FeatureSetDefaults",
			field: [
				{
					name: "defaults",
					number: 1,
					type: 11,
					label: 3,
					typeName: ".google.protobuf.FeatureSetDefaults.FeatureSetEditionDefault"
				},
				{
					name: "minimum_edition",
					number: 4,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.Edition"
				},
				{
					name: "maximum_edition",
					number: 5,
					type: 14,
					label: 1,
					typeName: ".google.protobuf.Edition"
				}
			],
			nestedType: [{
				name: "FeatureSetEditionDefault",
				field: [
					{
						name: "edition",
						number: 3,
						type: 14,
						label: 1,
						typeName: ".google.protobuf.Edition"
					},
					{
						name: "overridable_features",
						number: 4,
						type: 11,
						label: 1,
						typeName: ".google.protobuf.FeatureSet"
					},
					{
						name: "fixed_features",
						number: 5,
						type: 11,
						label: 1,
						typeName: ".google.protobuf.FeatureSet"
					}
				]
			}]
		},
		{
			name: "SourceCodeInfo",
			field: [{
				name: "location",
				number: 1,
				type: 11,
				label: 3,
				typeName: ".google.protobuf.SourceCodeInfo.Location"
			}],
			nestedType: [{
				name: "Location",
				field: [
					{
						name: "path",
						number: 1,
						type: 5,
						label: 3,
						options: { packed: !0 }
					},
					{
						name: "span",
						number: 2,
						type: 5,
						label: 3,
						options: { packed: !0 }
					},
					{
						name: "leading_comments",
						number: 3,
						type: 9,
						label: 1
					},
					{
						name: "trailing_comments",
						number: 4,
						type: 9,
						label: 1
					},
					{
						name: "leading_detached_comments",
						number: 6,
						type: 9,
						label: 3
					}
				]
			}],
			extensionRange: [{
				start: 536e6,
				end: 536000001
			}]
		},
		{
			name: "GeneratedCodeInfo",
			field: [{
				name: "annotation",
				number: 1,
				type: 11,
				label: 3,
				typeName: ".google.protobuf.GeneratedCodeInfo.Annotation"
			}],
			nestedType: [{
				name: "Annotation",
				field: [
					{
						name: "path",
						number: 1,
						type: 5,
						label: 3,
						options: { packed: !0 }
					},
					{
						name: "source_file",
						number: 2,
						type: 9,
						label: 1
					},
					{
						name: "begin",
						number: 3,
						type: 5,
						label: 1
					},
					{
						name: "end",
						number: 4,
						type: 5,
						label: 1
					},
					{
						name: "semantic",
						number: 5,
						type: 14,
						label: 1,
						typeName: ".google.protobuf.GeneratedCodeInfo.Annotation.Semantic"
					}
				],
				enumType: [{
					name: "Semantic",
					value: [
						{
							name: "NONE",
							number: 0
						},
						{
							name: "SET",
							number: 1
						},
						{
							name: "ALIAS",
							number: 2
						}
					]
				}]
			}]
		}
	],
	enumType: [{
		name: "Edition",
		value: [
			{
				name: "EDITION_UNKNOWN",
				number: 0
			},
			{
				name: "EDITION_LEGACY",
				number: 900
			},
			{
				name: "EDITION_PROTO2",
				number: 998
			},
			{
				name: "EDITION_PROTO3",
				number: 999
			},
			{
				name: "EDITION_2023",
				number: 1e3
			},
			{
				name: "EDITION_2024",
				number: 1001
			},
			{
				name: "EDITION_UNSTABLE",
				number: 9999
			},
			{
				name: "EDITION_1_TEST_ONLY",
				number: 1
			},
			{
				name: "EDITION_2_TEST_ONLY",
				number: 2
			},
			{
				name: "EDITION_99997_TEST_ONLY",
				number: 99997
			},
			{
				name: "EDITION_99998_TEST_ONLY",
				number: 99998
			},
			{
				name: "EDITION_99999_TEST_ONLY",
				number: 99999
			},
			{
				name: "EDITION_MAX",
				number: 2147483647
			}
		]
	}, {
		name: "SymbolVisibility",
		value: [
			{
				name: "VISIBILITY_UNSET",
				number: 0
			},
			{
				name: "VISIBILITY_LOCAL",
				number: 1
			},
			{
				name: "VISIBILITY_EXPORT",
				number: 2
			}
		]
	}]
}), 1), mn;
(function(e) {
	e[e.DECLARATION = 0] = "DECLARATION", e[e.UNVERIFIED = 1] = "UNVERIFIED";
})(mn ||= {});
var hn;
(function(e) {
	e[e.DOUBLE = 1] = "DOUBLE", e[e.FLOAT = 2] = "FLOAT", e[e.INT64 = 3] = "INT64", e[e.UINT64 = 4] = "UINT64", e[e.INT32 = 5] = "INT32", e[e.FIXED64 = 6] = "FIXED64", e[e.FIXED32 = 7] = "FIXED32", e[e.BOOL = 8] = "BOOL", e[e.STRING = 9] = "STRING", e[e.GROUP = 10] = "GROUP", e[e.MESSAGE = 11] = "MESSAGE", e[e.BYTES = 12] = "BYTES", e[e.UINT32 = 13] = "UINT32", e[e.ENUM = 14] = "ENUM", e[e.SFIXED32 = 15] = "SFIXED32", e[e.SFIXED64 = 16] = "SFIXED64", e[e.SINT32 = 17] = "SINT32", e[e.SINT64 = 18] = "SINT64";
})(hn ||= {});
var gn;
(function(e) {
	e[e.OPTIONAL = 1] = "OPTIONAL", e[e.REPEATED = 3] = "REPEATED", e[e.REQUIRED = 2] = "REQUIRED";
})(gn ||= {});
var _n;
(function(e) {
	e[e.SPEED = 1] = "SPEED", e[e.CODE_SIZE = 2] = "CODE_SIZE", e[e.LITE_RUNTIME = 3] = "LITE_RUNTIME";
})(_n ||= {});
var vn;
(function(e) {
	e[e.STRING = 0] = "STRING", e[e.CORD = 1] = "CORD", e[e.STRING_PIECE = 2] = "STRING_PIECE";
})(vn ||= {});
var yn;
(function(e) {
	e[e.JS_NORMAL = 0] = "JS_NORMAL", e[e.JS_STRING = 1] = "JS_STRING", e[e.JS_NUMBER = 2] = "JS_NUMBER";
})(yn ||= {});
var bn;
(function(e) {
	e[e.RETENTION_UNKNOWN = 0] = "RETENTION_UNKNOWN", e[e.RETENTION_RUNTIME = 1] = "RETENTION_RUNTIME", e[e.RETENTION_SOURCE = 2] = "RETENTION_SOURCE";
})(bn ||= {});
var xn;
(function(e) {
	e[e.TARGET_TYPE_UNKNOWN = 0] = "TARGET_TYPE_UNKNOWN", e[e.TARGET_TYPE_FILE = 1] = "TARGET_TYPE_FILE", e[e.TARGET_TYPE_EXTENSION_RANGE = 2] = "TARGET_TYPE_EXTENSION_RANGE", e[e.TARGET_TYPE_MESSAGE = 3] = "TARGET_TYPE_MESSAGE", e[e.TARGET_TYPE_FIELD = 4] = "TARGET_TYPE_FIELD", e[e.TARGET_TYPE_ONEOF = 5] = "TARGET_TYPE_ONEOF", e[e.TARGET_TYPE_ENUM = 6] = "TARGET_TYPE_ENUM", e[e.TARGET_TYPE_ENUM_ENTRY = 7] = "TARGET_TYPE_ENUM_ENTRY", e[e.TARGET_TYPE_SERVICE = 8] = "TARGET_TYPE_SERVICE", e[e.TARGET_TYPE_METHOD = 9] = "TARGET_TYPE_METHOD";
})(xn ||= {});
var Sn;
(function(e) {
	e[e.IDEMPOTENCY_UNKNOWN = 0] = "IDEMPOTENCY_UNKNOWN", e[e.NO_SIDE_EFFECTS = 1] = "NO_SIDE_EFFECTS", e[e.IDEMPOTENT = 2] = "IDEMPOTENT";
})(Sn ||= {});
var Cn;
(function(e) {
	e[e.DEFAULT_SYMBOL_VISIBILITY_UNKNOWN = 0] = "DEFAULT_SYMBOL_VISIBILITY_UNKNOWN", e[e.EXPORT_ALL = 1] = "EXPORT_ALL", e[e.EXPORT_TOP_LEVEL = 2] = "EXPORT_TOP_LEVEL", e[e.LOCAL_ALL = 3] = "LOCAL_ALL", e[e.STRICT = 4] = "STRICT";
})(Cn ||= {});
var wn;
(function(e) {
	e[e.FIELD_PRESENCE_UNKNOWN = 0] = "FIELD_PRESENCE_UNKNOWN", e[e.EXPLICIT = 1] = "EXPLICIT", e[e.IMPLICIT = 2] = "IMPLICIT", e[e.LEGACY_REQUIRED = 3] = "LEGACY_REQUIRED";
})(wn ||= {});
var Tn;
(function(e) {
	e[e.ENUM_TYPE_UNKNOWN = 0] = "ENUM_TYPE_UNKNOWN", e[e.OPEN = 1] = "OPEN", e[e.CLOSED = 2] = "CLOSED";
})(Tn ||= {});
var En;
(function(e) {
	e[e.REPEATED_FIELD_ENCODING_UNKNOWN = 0] = "REPEATED_FIELD_ENCODING_UNKNOWN", e[e.PACKED = 1] = "PACKED", e[e.EXPANDED = 2] = "EXPANDED";
})(En ||= {});
var Dn;
(function(e) {
	e[e.UTF8_VALIDATION_UNKNOWN = 0] = "UTF8_VALIDATION_UNKNOWN", e[e.VERIFY = 2] = "VERIFY", e[e.NONE = 3] = "NONE";
})(Dn ||= {});
var On;
(function(e) {
	e[e.MESSAGE_ENCODING_UNKNOWN = 0] = "MESSAGE_ENCODING_UNKNOWN", e[e.LENGTH_PREFIXED = 1] = "LENGTH_PREFIXED", e[e.DELIMITED = 2] = "DELIMITED";
})(On ||= {});
var kn;
(function(e) {
	e[e.JSON_FORMAT_UNKNOWN = 0] = "JSON_FORMAT_UNKNOWN", e[e.ALLOW = 1] = "ALLOW", e[e.LEGACY_BEST_EFFORT = 2] = "LEGACY_BEST_EFFORT";
})(kn ||= {});
var An;
(function(e) {
	e[e.ENFORCE_NAMING_STYLE_UNKNOWN = 0] = "ENFORCE_NAMING_STYLE_UNKNOWN", e[e.STYLE2024 = 1] = "STYLE2024", e[e.STYLE_LEGACY = 2] = "STYLE_LEGACY";
})(An ||= {});
var jn;
(function(e) {
	e[e.NONE = 0] = "NONE", e[e.SET = 1] = "SET", e[e.ALIAS = 2] = "ALIAS";
})(jn ||= {});
var Mn;
(function(e) {
	e[e.EDITION_UNKNOWN = 0] = "EDITION_UNKNOWN", e[e.EDITION_LEGACY = 900] = "EDITION_LEGACY", e[e.EDITION_PROTO2 = 998] = "EDITION_PROTO2", e[e.EDITION_PROTO3 = 999] = "EDITION_PROTO3", e[e.EDITION_2023 = 1e3] = "EDITION_2023", e[e.EDITION_2024 = 1001] = "EDITION_2024", e[e.EDITION_UNSTABLE = 9999] = "EDITION_UNSTABLE", e[e.EDITION_1_TEST_ONLY = 1] = "EDITION_1_TEST_ONLY", e[e.EDITION_2_TEST_ONLY = 2] = "EDITION_2_TEST_ONLY", e[e.EDITION_99997_TEST_ONLY = 99997] = "EDITION_99997_TEST_ONLY", e[e.EDITION_99998_TEST_ONLY = 99998] = "EDITION_99998_TEST_ONLY", e[e.EDITION_99999_TEST_ONLY = 99999] = "EDITION_99999_TEST_ONLY", e[e.EDITION_MAX = 2147483647] = "EDITION_MAX";
})(Mn ||= {});
var Nn;
(function(e) {
	e[e.VISIBILITY_UNSET = 0] = "VISIBILITY_UNSET", e[e.VISIBILITY_LOCAL = 1] = "VISIBILITY_LOCAL", e[e.VISIBILITY_EXPORT = 2] = "VISIBILITY_EXPORT";
})(Nn ||= {});
// node_modules/@bufbuild/protobuf/dist/esm/from-binary.js
function Pn(e) {
	return Object.assign(Object.assign({
		readUnknownFields: !0,
		recursionLimit: 100
	}, e), { depth: 0 });
}
function Fn(e, t, n) {
	let r = A(e, void 0, !1);
	return In(r, new w(t), Pn(n), !1, t.byteLength), r.message;
}
function In(e, t, n, r, i) {
	if (++n.depth > n.recursionLimit) throw Error(`cannot decode ${e.desc} from binary: maximum recursion depth of ${n.recursionLimit} reached`);
	let a = r ? t.len : t.pos + i, o, s, c = e.getUnknown() ?? [];
	for (; t.pos < a && ([o, s] = t.tag(), !(r && s == C.EndGroup));) {
		let r = e.findNumber(o);
		if (r) Ln(e, t, r, s, n);
		else {
			let e = n.recursionLimit - n.depth, r = t.skip(s, o, e);
			n.readUnknownFields && c.push({
				no: o,
				wireType: s,
				data: r
			});
		}
	}
	if (r && (s != C.EndGroup || o !== i)) throw Error("invalid end group tag");
	c.length > 0 && e.setUnknown(c), n.depth--;
}
function Ln(e, n, r, i, a) {
	switch (r.fieldKind) {
		case "scalar":
			e.set(r, W(n, r.scalar, r.utf8Validation));
			break;
		case "enum":
			let o = W(n, t.INT32);
			if (r.enum.open) e.set(r, o);
			else if (r.enum.values.some((e) => e.number === o)) e.set(r, o);
			else if (a.readUnknownFields) {
				let t = [];
				te(o, t);
				let n = e.getUnknown() ?? [];
				n.push({
					no: r.number,
					wireType: i,
					data: new Uint8Array(t)
				}), e.setUnknown(n);
			}
			break;
		case "message":
			e.set(r, Bn(n, a, r, e.get(r)));
			break;
		case "list":
			zn(n, i, e.get(r), a);
			break;
		case "map": Rn(n, e.get(r), a);
	}
}
function Rn(e, t, n) {
	let r = t.field(), i, a, o = e.uint32(), s = e.pos + o;
	for (; e.pos < s;) {
		let [t] = e.tag();
		switch (t) {
			case 1:
				i = W(e, r.mapKey, r.utf8Validation);
				break;
			case 2: switch (r.mapKind) {
				case "scalar":
					a = W(e, r.scalar, r.utf8Validation);
					break;
				case "enum":
					a = e.int32();
					break;
				case "message": a = Bn(e, n, r);
			}
		}
	}
	if (i === void 0 && (i = f(r.mapKey, !1)), a === void 0) switch (r.mapKind) {
		case "scalar":
			a = f(r.scalar, !1);
			break;
		case "enum":
			a = r.enum.values[0].number;
			break;
		case "message": a = A(r.message, void 0, !1);
	}
	t.set(i, a);
}
function zn(e, n, r, i) {
	let a = r.field();
	if (a.listKind === "message") {
		r.add(Bn(e, i, a));
		return;
	}
	let o = a.scalar ?? t.INT32;
	if (n != C.LengthDelimited || o == t.STRING || o == t.BYTES) {
		r.add(W(e, o, a.utf8Validation));
		return;
	}
	let s = e.uint32() + e.pos;
	for (; e.pos < s;) r.add(W(e, o, a.utf8Validation));
}
function Bn(e, t, n, r) {
	let i = n.delimitedEncoding, a = r ?? A(n.message, void 0, !1);
	return In(a, e, t, i, i ? n.number : e.uint32()), a;
}
function W(e, n, r = !1) {
	switch (n) {
		case t.STRING: return e.string(r);
		case t.BOOL: return e.bool();
		case t.DOUBLE: return e.double();
		case t.FLOAT: return e.float();
		case t.INT32: return e.int32();
		case t.INT64: return e.int64();
		case t.UINT64: return e.uint64();
		case t.FIXED64: return e.fixed64();
		case t.BYTES: return e.bytes();
		case t.FIXED32: return e.fixed32();
		case t.SFIXED32: return e.sfixed32();
		case t.SFIXED64: return e.sfixed64();
		case t.SINT64: return e.sint64();
		case t.UINT32: return e.uint32();
		case t.SINT32: return e.sint32();
	}
}
// node_modules/@bufbuild/protobuf/dist/esm/codegenv2/file.js
function Vn(e, t) {
	let n = Fn(pn, st(e));
	return n.messageType.forEach(mt), n.dependency = t?.map((e) => e.proto.name) ?? [], yt(n, (e) => t?.find((t) => t.proto.name === e)).getFile(n.name);
}
var Hn = /*@__PURE__*/ U(/* @__PURE__ */ Vn("Chlnb29nbGUvcHJvdG9idWYvYW55LnByb3RvEg9nb29nbGUucHJvdG9idWYiJgoDQW55EhAKCHR5cGVfdXJsGAEgASgJEg0KBXZhbHVlGAIgASgMQnYKE2NvbS5nb29nbGUucHJvdG9idWZCCEFueVByb3RvUAFaLGdvb2dsZS5nb2xhbmcub3JnL3Byb3RvYnVmL3R5cGVzL2tub3duL2FueXBiogIDR1BCqgIeR29vZ2xlLlByb3RvYnVmLldlbGxLbm93blR5cGVzYgZwcm90bzM"), 0), Un = 3, Wn = { writeUnknownFields: !0 };
function Gn(e) {
	return e ? Object.assign(Object.assign({}, Wn), e) : Wn;
}
function Kn(e, t, n) {
	return G(new Pe(), Gn(n), A(e, t)).finish();
}
function G(e, t, n) {
	for (let r of n.sortedFields) if (n.isSet(r)) qn(e, t, n, r);
	else if (r.presence == Un) throw Error(`cannot encode ${r} to binary: required field not set`);
	if (t.writeUnknownFields) for (let { no: t, wireType: r, data: i } of n.getUnknown() ?? []) e.tag(t, r).raw(i);
	return e;
}
function qn(e, n, r, i) {
	switch (i.fieldKind) {
		case "scalar":
		case "enum":
			K(e, r.desc.typeName, i.name, i.scalar ?? t.INT32, i.number, r.get(i));
			break;
		case "list":
			Yn(e, n, i, r.get(i));
			break;
		case "message":
			Jn(e, n, i, r.get(i));
			break;
		case "map": for (let [t, a] of r.get(i)) Xn(e, n, i, t, a);
	}
}
function K(e, t, n, r, i, a) {
	Zn(e.tag(i, Qn(r)), t, n, r, a);
}
function Jn(e, t, n, r) {
	n.delimitedEncoding ? G(e.tag(n.number, C.StartGroup), t, r).tag(n.number, C.EndGroup) : G(e.tag(n.number, C.LengthDelimited).fork(), t, r).join();
}
function Yn(e, n, r, i) {
	if (r.listKind == "message") {
		for (let t of i) Jn(e, n, r, t);
		return;
	}
	let a = r.scalar ?? t.INT32;
	if (r.packed) {
		if (!i.size) return;
		e.tag(r.number, C.LengthDelimited).fork();
		for (let t of i) Zn(e, r.parent.typeName, r.name, a, t);
		e.join();
	} else for (let t of i) K(e, r.parent.typeName, r.name, a, r.number, t);
}
function Xn(e, n, r, i, a) {
	switch (e.tag(r.number, C.LengthDelimited).fork(), K(e, r.parent.typeName, r.name, r.mapKey, 1, i), r.mapKind) {
		case "scalar":
		case "enum":
			K(e, r.parent.typeName, r.name, r.scalar ?? t.INT32, 2, a);
			break;
		case "message": G(e.tag(2, C.LengthDelimited).fork(), n, a).join();
	}
	e.join();
}
function Zn(e, n, r, i, a) {
	try {
		switch (i) {
			case t.STRING:
				e.string(a);
				break;
			case t.BOOL:
				e.bool(a);
				break;
			case t.DOUBLE:
				e.double(a);
				break;
			case t.FLOAT:
				e.float(a);
				break;
			case t.INT32:
				e.int32(a);
				break;
			case t.INT64:
				e.int64(a);
				break;
			case t.UINT64:
				e.uint64(a);
				break;
			case t.FIXED64:
				e.fixed64(a);
				break;
			case t.BYTES:
				e.bytes(a);
				break;
			case t.FIXED32:
				e.fixed32(a);
				break;
			case t.SFIXED32:
				e.sfixed32(a);
				break;
			case t.SFIXED64:
				e.sfixed64(a);
				break;
			case t.SINT64:
				e.sint64(a);
				break;
			case t.UINT32:
				e.uint32(a);
				break;
			case t.SINT32: e.sint32(a);
		}
	} catch (e) {
		throw e instanceof Error ? Error(`cannot encode field ${n}.${r} to binary: ${e.message}`) : e;
	}
}
function Qn(e) {
	switch (e) {
		case t.BYTES:
		case t.STRING: return C.LengthDelimited;
		case t.DOUBLE:
		case t.FIXED64:
		case t.SFIXED64: return C.Bit64;
		case t.FIXED32:
		case t.SFIXED32:
		case t.FLOAT: return C.Bit32;
		default: return C.Varint;
	}
}
// node_modules/@bufbuild/protobuf/dist/esm/wkt/any.js
function $n(e, t, n) {
	let r = !1;
	return n || (n = v(Hn), r = !0), n.value = Kn(e, t), n.typeUrl = nr(t.$typeName), r ? n : void 0;
}
function er(e, t) {
	return e.typeUrl !== "" && (typeof t == "string" ? t : t.typeName) === rr(e.typeUrl);
}
function tr(e, t) {
	if (e.typeUrl === "") return;
	let n = t.kind == "message" ? t : t.getMessage(rr(e.typeUrl));
	if (n && er(e, n)) return Fn(n, e.value);
}
function nr(e) {
	return `type.googleapis.com/${e}`;
}
function rr(e) {
	let t = e.lastIndexOf("/"), n = t >= 0 ? e.substring(t + 1) : e;
	if (!n.length) throw Error(`invalid type url: ${e}`);
	return n;
}
// node_modules/@bufbuild/protobuf/dist/esm/wkt/gen/google/protobuf/struct_pb.js
var ir = /*@__PURE__*/ Vn("Chxnb29nbGUvcHJvdG9idWYvc3RydWN0LnByb3RvEg9nb29nbGUucHJvdG9idWYihAEKBlN0cnVjdBIzCgZmaWVsZHMYASADKAsyIy5nb29nbGUucHJvdG9idWYuU3RydWN0LkZpZWxkc0VudHJ5GkUKC0ZpZWxkc0VudHJ5EgsKA2tleRgBIAEoCRIlCgV2YWx1ZRgCIAEoCzIWLmdvb2dsZS5wcm90b2J1Zi5WYWx1ZToCOAEi6gEKBVZhbHVlEjAKCm51bGxfdmFsdWUYASABKA4yGi5nb29nbGUucHJvdG9idWYuTnVsbFZhbHVlSAASFgoMbnVtYmVyX3ZhbHVlGAIgASgBSAASFgoMc3RyaW5nX3ZhbHVlGAMgASgJSAASFAoKYm9vbF92YWx1ZRgEIAEoCEgAEi8KDHN0cnVjdF92YWx1ZRgFIAEoCzIXLmdvb2dsZS5wcm90b2J1Zi5TdHJ1Y3RIABIwCgpsaXN0X3ZhbHVlGAYgASgLMhouZ29vZ2xlLnByb3RvYnVmLkxpc3RWYWx1ZUgAQgYKBGtpbmQiMwoJTGlzdFZhbHVlEiYKBnZhbHVlcxgBIAMoCzIWLmdvb2dsZS5wcm90b2J1Zi5WYWx1ZSobCglOdWxsVmFsdWUSDgoKTlVMTF9WQUxVRRAAQn8KE2NvbS5nb29nbGUucHJvdG9idWZCC1N0cnVjdFByb3RvUAFaL2dvb2dsZS5nb2xhbmcub3JnL3Byb3RvYnVmL3R5cGVzL2tub3duL3N0cnVjdHBi+AEBogIDR1BCqgIeR29vZ2xlLlByb3RvYnVmLldlbGxLbm93blR5cGVzYgZwcm90bzM"), ar = /*@__PURE__*/ U(ir, 0), or = /*@__PURE__*/ U(ir, 1), sr = /*@__PURE__*/ U(ir, 2), cr;
(function(e) {
	e[e.NULL_VALUE = 0] = "NULL_VALUE";
})(cr ||= {});
// node_modules/@bufbuild/protobuf/dist/esm/extensions.js
function lr(e, t, n) {
	fr(t, e);
	let r = dr(e.$unknown, t), [i, a, o] = q(t), s = Pn(n);
	for (let e of r) Ln(i, new w(e.data), a, e.wireType, s);
	return o();
}
function ur(e, t, n) {
	fr(t, e);
	let r = (e.$unknown ?? []).filter((e) => e.no !== t.number), [i, a] = q(t, n), o = new Pe();
	qn(o, { writeUnknownFields: !0 }, i, a);
	let s = new w(o.finish());
	for (; s.pos < s.len;) {
		let [e, t] = s.tag(), n = s.skip(t, e);
		r.push({
			no: e,
			wireType: t,
			data: n
		});
	}
	e.$unknown = r;
}
function dr(e, t) {
	if (e === void 0) return [];
	if (t.fieldKind === "enum" || t.fieldKind === "scalar") {
		for (let n = e.length - 1; n >= 0; --n) if (e[n].no == t.number) return [e[n]];
		return [];
	}
	return e.filter((e) => e.no === t.number);
}
function q(e, t) {
	let n = e.typeName, r = Object.assign(Object.assign({}, e), {
		kind: "field",
		parent: e.extendee,
		localName: n
	}), i = Object.assign(Object.assign({}, e.extendee), {
		fields: [r],
		members: [r],
		oneofs: []
	}), a = v(i, t === void 0 ? void 0 : { [n]: t });
	return [
		A(i, a),
		r,
		() => {
			let t = a[n];
			if (t === void 0) {
				let t = e.message;
				return g(t) ? f(t.fields[0].scalar, t.fields[0].longAsString) : v(t);
			}
			return t;
		}
	];
}
function fr(e, t) {
	if (e.extendee.typeName != t.$typeName) throw Error(`extension ${e.typeName} can only be applied to message ${e.extendee.typeName}`);
}
// node_modules/@bufbuild/protobuf/dist/esm/to-json.js
var pr = 3, mr = 2, hr = {
	alwaysEmitImplicit: !1,
	enumAsInteger: !1,
	useProtoFieldName: !1
};
function gr(e) {
	return e ? Object.assign(Object.assign({}, hr), e) : hr;
}
function _r(e, t, n) {
	return J(A(e, t), gr(n));
}
function J(e, t) {
	let n = Cr(e, t);
	if (n !== void 0) return n;
	let r = {};
	for (let n of e.sortedFields) {
		if (!e.isSet(n)) {
			if (n.presence == pr) throw Error(`cannot encode ${n} to JSON: required field not set`);
			if (!t.alwaysEmitImplicit || n.presence !== mr) continue;
		}
		let i = vr(n, e.get(n), t);
		i !== void 0 && (r[Sr(n, t)] = i);
	}
	if (t.registry) {
		let n = /* @__PURE__ */ new Set();
		for (let { no: i } of e.getUnknown() ?? []) if (!n.has(i)) {
			n.add(i);
			let a = t.registry.getExtensionFor(e.desc, i);
			if (!a) continue;
			let [o, s] = q(a, lr(e.message, a)), c = vr(s, o.get(s), t);
			c !== void 0 && (r[a.jsonName] = c);
		}
	}
	return r;
}
function vr(e, t, n) {
	switch (e.fieldKind) {
		case "scalar": return Y(e, t);
		case "message": return J(t, n);
		case "enum": return xr(e.enum, t, n.enumAsInteger);
		case "list": return br(t, n);
		case "map": return yr(t, n);
	}
}
function yr(e, t) {
	let n = e.field(), r = {};
	switch (n.mapKind) {
		case "scalar":
			for (let [t, i] of e) r[t] = Y(n, i);
			break;
		case "message":
			for (let [n, i] of e) r[n] = J(i, t);
			break;
		case "enum": for (let [i, a] of e) r[i] = xr(n.enum, a, t.enumAsInteger);
	}
	return t.alwaysEmitImplicit || e.size > 0 ? r : void 0;
}
function br(e, t) {
	let n = e.field(), r = [];
	switch (n.listKind) {
		case "scalar":
			for (let t of e) r.push(Y(n, t));
			break;
		case "enum":
			for (let i of e) r.push(xr(n.enum, i, t.enumAsInteger));
			break;
		case "message": for (let n of e) r.push(J(n, t));
	}
	return t.alwaysEmitImplicit || r.length > 0 ? r : void 0;
}
function xr(e, t, n) {
	if (typeof t != "number") throw Error(`cannot encode ${e} to JSON: expected number, got ${k(t)}`);
	return e.typeName == "google.protobuf.NullValue" ? null : n ? t : e.value[t]?.name ?? t;
}
function Y(e, n) {
	switch (e.scalar) {
		case t.INT32:
		case t.SFIXED32:
		case t.SINT32:
		case t.FIXED32:
		case t.UINT32:
			if (typeof n != "number") throw Error(`cannot encode ${e} to JSON: ${E(e, n)?.message}`);
			return n;
		case t.FLOAT:
		case t.DOUBLE:
			if (typeof n != "number") throw Error(`cannot encode ${e} to JSON: ${E(e, n)?.message}`);
			return Number.isNaN(n) ? "NaN" : n === Infinity ? "Infinity" : n === -Infinity ? "-Infinity" : n;
		case t.STRING:
			if (typeof n != "string") throw Error(`cannot encode ${e} to JSON: ${E(e, n)?.message}`);
			return n;
		case t.BOOL:
			if (typeof n != "boolean") throw Error(`cannot encode ${e} to JSON: ${E(e, n)?.message}`);
			return n;
		case t.UINT64:
		case t.FIXED64:
		case t.INT64:
		case t.SFIXED64:
		case t.SINT64:
			if (typeof n == "bigint" || typeof n == "string" || typeof n == "number" && Number.isInteger(n)) return n.toString();
			throw Error(`cannot encode ${e} to JSON: ${E(e, n)?.message}`);
		case t.BYTES:
			if (n instanceof Uint8Array) return ct(n);
			throw Error(`cannot encode ${e} to JSON: ${E(e, n)?.message}`);
	}
}
function Sr(e, t) {
	return t.useProtoFieldName ? e.name : e.jsonName;
}
function Cr(e, t) {
	if (e.desc.typeName.startsWith("google.protobuf.")) switch (e.desc.typeName) {
		case "google.protobuf.Any": return wr(e.message, t);
		case "google.protobuf.Timestamp": return Ar(e.message);
		case "google.protobuf.Duration": return Tr(e.message);
		case "google.protobuf.FieldMask": return Er(e.message);
		case "google.protobuf.Struct": return Dr(e.message);
		case "google.protobuf.Value": return Or(e.message);
		case "google.protobuf.ListValue": return kr(e.message);
		default:
			if (g(e.desc)) {
				let t = e.desc.fields[0];
				return Y(t, e.get(t));
			}
			return;
	}
}
function wr(e, t) {
	if (e.typeUrl === "") return {};
	let { registry: n } = t, r, i;
	if (n && (r = tr(e, n), r && (i = n.getMessage(r.$typeName))), !i || !r) throw Error(`cannot encode message ${e.$typeName} to JSON: "${e.typeUrl}" is not in the type registry`);
	let a = A(i, r), o = _e(i) ? { value: Cr(a, t) } : J(a, t);
	return o["@type"] = e.typeUrl, o;
}
function Tr(e) {
	let t = Number(e.seconds), n = e.nanos;
	if (t > 315576e6 || t < -315576e6) throw Error(`cannot encode message ${e.$typeName} to JSON: value out of range`);
	if (t > 0 && n < 0 || t < 0 && n > 0) throw Error(`cannot encode message ${e.$typeName} to JSON: nanos sign must match seconds sign`);
	let r = e.seconds.toString();
	if (n !== 0) {
		let e = Math.abs(n).toString();
		e = "0".repeat(9 - e.length) + e, e.substring(3) === "000000" ? e = e.substring(0, 3) : e.substring(6) === "000" && (e = e.substring(0, 6)), r += "." + e, n < 0 && t == 0 && (r = "-" + r);
	}
	return r + "s";
}
function Er(e) {
	return e.paths.map((t) => {
		if (ft(F(t)) !== t) throw Error(`cannot encode message ${e.$typeName} to JSON: lowerCamelCase of path name "${t}" is irreversible`);
		return F(t);
	}).join(",");
}
function Dr(e) {
	let t = {};
	for (let [n, r] of Object.entries(e.fields)) t[n] = Or(r);
	return t;
}
function Or(e) {
	switch (e.kind.case) {
		case "nullValue": return null;
		case "numberValue":
			if (!Number.isFinite(e.kind.value)) throw Error(`${e.$typeName} cannot be NaN or Infinity`);
			return e.kind.value;
		case "boolValue": return e.kind.value;
		case "stringValue": return e.kind.value;
		case "structValue": return Dr(e.kind.value);
		case "listValue": return kr(e.kind.value);
		default: throw Error(`${e.$typeName} must have a value`);
	}
}
function kr(e) {
	return e.values.map(Or);
}
function Ar(e) {
	let t = Number(e.seconds) * 1e3;
	if (t < Date.parse("0001-01-01T00:00:00Z") || t > Date.parse("9999-12-31T23:59:59Z")) throw Error(`cannot encode message ${e.$typeName} to JSON: must be from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z inclusive`);
	if (e.nanos < 0) throw Error(`cannot encode message ${e.$typeName} to JSON: nanos must not be negative`);
	if (e.nanos > 999999999) throw Error(`cannot encode message ${e.$typeName} to JSON: nanos must not be greater than 99999999`);
	let n = "Z";
	if (e.nanos > 0) {
		let t = (e.nanos + 1e9).toString().substring(1);
		n = t.substring(3) === "000000" ? "." + t.substring(0, 3) + "Z" : t.substring(6) === "000" ? "." + t.substring(0, 6) + "Z" : "." + t + "Z";
	}
	return new Date(t).toISOString().replace(".000Z", n);
}
// node_modules/@bufbuild/protobuf/dist/esm/from-json.js
function jr(e) {
	return Object.assign(Object.assign({
		ignoreUnknownFields: !1,
		recursionLimit: 100
	}, e), { depth: 0 });
}
function Mr(e, t, n) {
	let r = A(e);
	try {
		X(r, t, jr(n));
	} catch (e) {
		throw Ne(e) ? Error(`cannot decode ${e.field()} from JSON: ${e.message}`, { cause: e }) : e;
	}
	return r.message;
}
var Nr = /* @__PURE__ */ new WeakMap();
function Pr(e, t) {
	if (!Nr.has(e)) {
		let t = /* @__PURE__ */ new Map();
		for (let n of e.fields) t.set(n.name, n).set(n.jsonName, n);
		Nr.set(e, t);
	}
	return Nr.get(e)?.get(t);
}
function X(e, t, n) {
	if (++n.depth > n.recursionLimit) throw Error(`cannot decode ${e.desc} from JSON: maximum recursion depth of ${n.recursionLimit} reached`);
	if (Kr(e, t, n)) {
		n.depth--;
		return;
	}
	if (t == null || Array.isArray(t) || typeof t != "object") throw Error(`cannot decode ${e.desc} from JSON: ${k(t)}`);
	let r = /* @__PURE__ */ new Map(), i = /* @__PURE__ */ new Set();
	for (let [a, o] of Object.entries(t)) {
		let t = Pr(e.desc, a);
		if (t) {
			if (i.has(t)) throw new b(t, "set multiple times");
			if (i.add(t), t.oneof && o === null && t.fieldKind == "scalar") continue;
			if (t.oneof) {
				let e = r.get(t.oneof);
				if (e !== void 0) throw new b(t.oneof, `oneof set multiple times by ${e.name} and ${t.name}`);
				r.set(t.oneof, t);
			}
			Fr(e, t, o, n);
		} else {
			let t;
			if (a.startsWith("[") && a.endsWith("]") && (t = n.registry?.getExtension(a.substring(1, a.length - 1))) && t.extendee.typeName === e.desc.typeName) {
				let [r, i, a] = q(t);
				Fr(r, i, o, n), ur(e.message, t, a());
			}
			if (!t && !n.ignoreUnknownFields) throw Error(`cannot decode ${e.desc} from JSON: key "${a}" is unknown`);
		}
	}
	n.depth--;
}
function Fr(e, t, n, r) {
	switch (t.fieldKind) {
		case "scalar":
			Vr(e, t, n);
			break;
		case "enum":
			Br(e, t, n, r);
			break;
		case "message":
			zr(e, t, n, r);
			break;
		case "list":
			Rr(e.get(t), n, r);
			break;
		case "map": Lr(e.get(t), n, r);
	}
}
function Ir(e, t, n) {
	if (e.scalar && t !== null) return Ur(e, t);
	if (e.message && !Z(e, t)) {
		let r = A(e.message);
		return X(r, t, n), r;
	}
	if (e.enum && !Z(e, t)) return Hr(e.enum, t, n.ignoreUnknownFields);
	throw new b(e, `${e.fieldKind === "list" ? "list item" : "map value"} must not be null`);
}
function Lr(e, t, n) {
	if (t === null) return;
	let r = e.field();
	if (typeof t != "object" || Array.isArray(t)) throw new b(r, "expected object, got " + k(t));
	let i = /* @__PURE__ */ new Set();
	for (let [a, o] of Object.entries(t)) {
		let t = Wr(r.mapKey, a);
		if (i.has(t)) throw new b(r, `duplicate map key "${a}"`);
		i.add(t);
		let s = Ir(r, o, n);
		s !== Q && e.set(t, s);
	}
}
function Rr(e, t, n) {
	if (t === null) return;
	let r = e.field();
	if (!Array.isArray(t)) throw new b(r, "expected Array, got " + k(t));
	for (let i of t) {
		let t = Ir(r, i, n);
		t !== Q && e.add(t);
	}
}
function zr(e, t, n, r) {
	if (Z(t, n)) {
		e.clear(t);
		return;
	}
	let i = e.isSet(t) ? e.get(t) : A(t.message);
	X(i, n, r), e.set(t, i);
}
function Br(e, t, n, r) {
	if (Z(t, n)) {
		e.clear(t);
		return;
	}
	let i = Hr(t.enum, n, r.ignoreUnknownFields);
	i !== Q && e.set(t, i);
}
function Vr(e, t, n) {
	n === null ? e.clear(t) : e.set(t, Ur(t, n));
}
function Z(e, t) {
	return t === null && e.message?.typeName != "google.protobuf.Value" && e.enum?.typeName != "google.protobuf.NullValue";
}
var Q = Symbol();
function Hr(e, t, n) {
	if (t === null) return e.values[0].number;
	switch (typeof t) {
		case "number":
			if (Number.isInteger(t)) return t;
			break;
		case "string":
			let r = e.values.find((e) => e.name === t);
			if (r !== void 0) return r.number;
			if (n) return Q;
	}
	throw Error(`cannot decode ${e} from JSON: ${k(t)}`);
}
function Ur(e, n) {
	switch (e.scalar) {
		case t.DOUBLE:
		case t.FLOAT:
			if (n === "NaN") return NaN;
			if (n === "Infinity") return Infinity;
			if (n === "-Infinity") return -Infinity;
			if (typeof n == "number") {
				if (Number.isNaN(n)) throw new b(e, "unexpected NaN number");
				if (!Number.isFinite(n)) throw new b(e, "unexpected infinite number");
				break;
			}
			if (typeof n == "string") {
				if (n === "" || n.trim().length !== n.length) break;
				let e = Number(n);
				if (!Number.isFinite(e)) break;
				return e;
			}
			break;
		case t.INT32:
		case t.FIXED32:
		case t.SFIXED32:
		case t.SINT32:
		case t.UINT32: return Gr(n);
		case t.BYTES: if (typeof n == "string") {
			if (n === "") return /* @__PURE__ */ new Uint8Array();
			try {
				return st(n);
			} catch (t) {
				throw new b(e, t instanceof Error ? t.message : String(t));
			}
		}
	}
	return n;
}
function Wr(e, n) {
	switch (e) {
		case t.BOOL:
			switch (n) {
				case "true": return !0;
				case "false": return !1;
			}
			return n;
		case t.INT32:
		case t.FIXED32:
		case t.UINT32:
		case t.SFIXED32:
		case t.SINT32: return Gr(n);
		case t.INT64:
		case t.SINT64:
		case t.SFIXED64:
		case t.UINT64:
		case t.FIXED64: return /^-?0+$/.test(n) ? "0" : n.replace(/^(-?)0+(?=\d)/, "$1");
		default: return n;
	}
}
function Gr(e) {
	if (typeof e == "string") {
		if (e === "" || e.trim().length !== e.length) return e;
		let t = Number(e);
		return Number.isNaN(t) ? e : t;
	}
	return e;
}
function Kr(e, t, n) {
	if (!e.desc.typeName.startsWith("google.protobuf.")) return !1;
	switch (e.desc.typeName) {
		case "google.protobuf.Any": return qr(e.message, t, n), !0;
		case "google.protobuf.Timestamp": return Jr(e.message, t), !0;
		case "google.protobuf.Duration": return Yr(e.message, t), !0;
		case "google.protobuf.FieldMask": return Xr(e.message, t), !0;
		case "google.protobuf.Struct": return Zr(e.message, t, n), !0;
		case "google.protobuf.Value": return $(e.message, t, n), !0;
		case "google.protobuf.ListValue": return Qr(e.message, t, n), !0;
		default:
			if (g(e.desc)) {
				let n = e.desc.fields[0];
				return t === null ? e.clear(n) : e.set(n, Ur(n, t)), !0;
			}
			return !1;
	}
}
function qr(e, t, n) {
	if (t === null || Array.isArray(t) || typeof t != "object") throw Error(`cannot decode message ${e.$typeName} from JSON: expected object but got ${k(t)}`);
	if (Object.keys(t).length == 0) return;
	let r = t["@type"];
	if (typeof r != "string" || r == "") throw Error(`cannot decode message ${e.$typeName} from JSON: "@type" is empty`);
	let i = r.includes("/") ? r.substring(r.lastIndexOf("/") + 1) : r;
	if (!i.length) throw Error(`cannot decode message ${e.$typeName} from JSON: "@type" is invalid`);
	let a = n.registry?.getMessage(i);
	if (!a) throw Error(`cannot decode message ${e.$typeName} from JSON: ${r} is not in the type registry`);
	let o = A(a);
	if (_e(a) && Object.prototype.hasOwnProperty.call(t, "value")) {
		let e = t.value;
		X(o, e, n);
	} else {
		let e = Object.assign({}, t);
		delete e["@type"], X(o, e, n);
	}
	$n(o.desc, o.message, e);
}
function Jr(e, t) {
	if (typeof t != "string") throw Error(`cannot decode message ${e.$typeName} from JSON: ${k(t)}`);
	let n = t.match(/^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-][0-9][0-9]:[0-9][0-9]))$/);
	if (!n) throw Error(`cannot decode message ${e.$typeName} from JSON: invalid RFC 3339 string`);
	let r = Date.parse(n[1] + "-" + n[2] + "-" + n[3] + "T" + n[4] + ":" + n[5] + ":" + n[6] + (n[8] ? n[8] : "Z"));
	if (Number.isNaN(r)) throw Error(`cannot decode message ${e.$typeName} from JSON: invalid RFC 3339 string`);
	if (r < Date.parse("0001-01-01T00:00:00Z") || r > Date.parse("9999-12-31T23:59:59Z")) throw Error(`cannot decode message ${e.$typeName} from JSON: must be from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z inclusive`);
	e.seconds = d.parse(r / 1e3), e.nanos = 0, n[7] && (e.nanos = parseInt("1" + n[7] + "0".repeat(9 - n[7].length)) - 1e9);
}
function Yr(e, t) {
	if (typeof t != "string") throw Error(`cannot decode message ${e.$typeName} from JSON: ${k(t)}`);
	let n = t.match(/^(-?[0-9]+)(?:\.([0-9]+))?s/);
	if (n === null) throw Error(`cannot decode message ${e.$typeName} from JSON: ${k(t)}`);
	let r = Number(n[1]);
	if (r > 315576e6 || r < -315576e6) throw Error(`cannot decode message ${e.$typeName} from JSON: ${k(t)}`);
	if (e.seconds = d.parse(r), typeof n[2] != "string") return;
	let i = n[2] + "0".repeat(9 - n[2].length);
	e.nanos = parseInt(i), (r < 0 || Object.is(r, -0)) && (e.nanos = -e.nanos);
}
function Xr(e, t) {
	if (typeof t != "string") throw Error(`cannot decode message ${e.$typeName} from JSON: ${k(t)}`);
	t !== "" && (e.paths = t.split(",").map((t) => {
		if (t.includes("_")) throw Error(`cannot decode message ${e.$typeName} from JSON: path names must be lowerCamelCase`);
		return ft(t);
	}));
}
function Zr(e, t, n) {
	if (typeof t != "object" || !t || Array.isArray(t)) throw Error(`cannot decode message ${e.$typeName} from JSON ${k(t)}`);
	for (let [r, i] of Object.entries(t)) {
		let t = v(or);
		$(t, i, n), e.fields[r] = t;
	}
}
function $(e, t, n) {
	if (++n.depth > n.recursionLimit) throw Error(`cannot decode ${e.$typeName} from JSON: maximum recursion depth of ${n.recursionLimit} reached`);
	switch (typeof t) {
		case "number":
			e.kind = {
				case: "numberValue",
				value: t
			};
			break;
		case "string":
			e.kind = {
				case: "stringValue",
				value: t
			};
			break;
		case "boolean":
			e.kind = {
				case: "boolValue",
				value: t
			};
			break;
		case "object":
			if (t === null) e.kind = {
				case: "nullValue",
				value: cr.NULL_VALUE
			};
			else if (Array.isArray(t)) {
				let r = v(sr);
				Qr(r, t, n), e.kind = {
					case: "listValue",
					value: r
				};
			} else {
				let r = v(ar);
				Zr(r, t, n), e.kind = {
					case: "structValue",
					value: r
				};
			}
			break;
		default: throw Error(`cannot decode message ${e.$typeName} from JSON ${k(t)}`);
	}
	return n.depth--, e;
}
function Qr(e, t, n) {
	if (!Array.isArray(t)) throw Error(`cannot decode message ${e.$typeName} from JSON ${k(t)}`);
	for (let r of t) {
		let t = v(or);
		$(t, r, n), e.values.push(t);
	}
}
// client/gen/ovation/gateway/v1/gateway_pb.ts
var $r = /*@__PURE__*/ Vn("CiBvdmF0aW9uL2dhdGV3YXkvdjEvZ2F0ZXdheS5wcm90bxISb3ZhdGlvbi5nYXRld2F5LnYxIocGCgtDbGllbnRGcmFtZRIKCgJpZBgBIAEoCRIqCgVoZWxsbxgCIAEoCzIZLm92YXRpb24uZ2F0ZXdheS52MS5IZWxsb0gAEiYKA3RhcBgDIAEoCzIXLm92YXRpb24uZ2F0ZXdheS52MS5UYXBIABIoCgRwb3N0GAQgASgLMhgub3ZhdGlvbi5nYXRld2F5LnYxLlBvc3RIABIsCgZkZWxldGUYBSABKAsyGi5vdmF0aW9uLmdhdGV3YXkudjEuRGVsZXRlSAASJgoDYXNrGAYgASgLMhcub3ZhdGlvbi5nYXRld2F5LnYxLkFza0gAEjAKCHdpdGhkcmF3GAcgASgLMhwub3ZhdGlvbi5nYXRld2F5LnYxLldpdGhkcmF3SAASMAoEdm90ZRgIIAEoCzIgLm92YXRpb24uZ2F0ZXdheS52MS5Wb3RlUXVlc3Rpb25IABIrCgRtaW5lGAkgASgLMhsub3ZhdGlvbi5nYXRld2F5LnYxLkdldE1pbmVIABIoCgRwYWNlGAogASgLMhgub3ZhdGlvbi5nYXRld2F5LnYxLlBhY2VIABIoCgRhdXRoGAsgASgLMhgub3ZhdGlvbi5nYXRld2F5LnYxLkF1dGhIABIwCghtb2RlcmF0ZRgMIAEoCzIcLm92YXRpb24uZ2F0ZXdheS52MS5Nb2RlcmF0ZUgAEigKBGVkaXQYGSABKAsyGC5vdmF0aW9uLmdhdGV3YXkudjEuRWRpdEgAEjAKCHVuZGVsZXRlGBogASgLMhwub3ZhdGlvbi5nYXRld2F5LnYxLlVuZGVsZXRlSAASMgoHc2ltaWxhchgyIAEoCzIfLm92YXRpb24uZ2F0ZXdheS52MS5GaW5kU2ltaWxhckgAEjsKDmxpc3RfcXVlc3Rpb25zGDMgASgLMiEub3ZhdGlvbi5nYXRld2F5LnYxLkxpc3RRdWVzdGlvbnNIABIsCgZyZXBvcnQYKCABKAsyGi5vdmF0aW9uLmdhdGV3YXkudjEuUmVwb3J0SABCBgoEYm9keSIzCgZDdXJzb3ISDQoFZXBvY2gYASABKAkSCwoDbG9nGAIgASgEEg0KBXN0YXRlGAMgASgEIm4KBUhlbGxvEgwKBHJvb20YASABKAkSDQoFdG9rZW4YAiABKAkSDAoEbmFtZRgDIAEoCRIqCgZjdXJzb3IYBCABKAsyGi5vdmF0aW9uLmdhdGV3YXkudjEuQ3Vyc29yEg4KBmNsaWVudBgFIAEoCSI6CgNUYXASDAoEa2luZBgBIAEoCRINCgVjb3VudBgCIAEoDRIWCg5zdHJlYW1fdGltZV9tcxgDIAEoAyJSCgRQb3N0EhIKCnJlcXVlc3RfaWQYASABKAkSDAoEdGV4dBgCIAEoCRIWCg5zdHJlYW1fdGltZV9tcxgDIAEoAxIQCghyZXBseV90bxgZIAEoCSIlCgRFZGl0Eg8KB2NvbW1lbnQYASABKAkSDAoEdGV4dBgCIAEoCSIbCghVbmRlbGV0ZRIPCgdjb21tZW50GAEgASgJIhkKBkRlbGV0ZRIPCgdjb21tZW50GAEgASgJImEKA0FzaxISCgpyZXF1ZXN0X2lkGAEgASgJEgwKBHRleHQYAiABKAkSEQoJYW5vbnltb3VzGAMgASgIEg0KBWxhYmVsGAQgASgJEhYKDnN0cmVhbV90aW1lX21zGAUgASgDIjAKCFdpdGhkcmF3EhIKCnJlcXVlc3RfaWQYASABKAkSEAoIcXVlc3Rpb24YAiABKAkiLAoMVm90ZVF1ZXN0aW9uEhAKCHF1ZXN0aW9uGAEgASgJEgoKAnVwGAIgASgIIgkKB0dldE1pbmUiLQoLRmluZFNpbWlsYXISDAoEdGV4dBgBIAEoCRIQCghxdWVzdGlvbhgCIAEoCSIsCg1MaXN0UXVlc3Rpb25zEgwKBGxpc3QYASABKAkSDQoFYWZ0ZXIYAiABKAkiFAoEUGFjZRIMCgRzbG93GAEgASgIIhUKBEF1dGgSDQoFdG9rZW4YASABKAkizREKCE1vZGVyYXRlEhIKCnJlcXVlc3RfaWQYASABKAkSMwoHYXBwcm92ZRgCIAEoCzIgLm92YXRpb24uZ2F0ZXdheS52MS5RdWVzdGlvblN0ZXBIABIyCgZyZWplY3QYAyABKAsyIC5vdmF0aW9uLmdhdGV3YXkudjEuUXVlc3Rpb25TdGVwSAASNQoJaGlnaGxpZ2h0GAQgASgLMiAub3ZhdGlvbi5nYXRld2F5LnYxLlF1ZXN0aW9uU3RlcEgAEjcKC3VuaGlnaGxpZ2h0GAUgASgLMiAub3ZhdGlvbi5nYXRld2F5LnYxLlF1ZXN0aW9uU3RlcEgAEjEKBXF1ZXVlGAYgASgLMiAub3ZhdGlvbi5nYXRld2F5LnYxLlF1ZXN0aW9uU3RlcEgAEjMKB3VucXVldWUYByABKAsyIC5vdmF0aW9uLmdhdGV3YXkudjEuUXVlc3Rpb25TdGVwSAASMgoGYW5zd2VyGAggASgLMiAub3ZhdGlvbi5nYXRld2F5LnYxLlF1ZXN0aW9uU3RlcEgAEjMKB2FyY2hpdmUYCSABKAsyIC5vdmF0aW9uLmdhdGV3YXkudjEuUXVlc3Rpb25TdGVwSAASMwoHcmVzdG9yZRgKIAEoCzIgLm92YXRpb24uZ2F0ZXdheS52MS5RdWVzdGlvblN0ZXBIABI7Cg5kZWxldGVfY29tbWVudBgLIAEoCzIhLm92YXRpb24uZ2F0ZXdheS52MS5SZW1vdmVDb21tZW50SAASLQoFc3RhcnQYDCABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuUm9vbVN0ZXBIABIrCgNlbmQYDSABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuUm9vbVN0ZXBIABIuCgZyZW9wZW4YDiABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuUm9vbVN0ZXBIABItCgNwaW4YGSABKAsyHi5vdmF0aW9uLmdhdGV3YXkudjEuUGluQ29tbWVudEgAEjEKBXVucGluGBogASgLMiAub3ZhdGlvbi5nYXRld2F5LnYxLlVucGluQ29tbWVudEgAEjAKCHVuZGVsZXRlGBsgASgLMhwub3ZhdGlvbi5nYXRld2F5LnYxLlVuZGVsZXRlSAASKwoEY2FsbRgcIAEoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5TZXRDYWxtSAASMAoFbW9kZXMYHSABKAsyHy5vdmF0aW9uLmdhdGV3YXkudjEuQ2hhbmdlTW9kZXNIABIwCgV0ZXJtcxgeIAEoCzIfLm92YXRpb24uZ2F0ZXdheS52MS5DaGFuZ2VUZXJtc0gAEi4KBm9uX2FpchhLIAEoCzIcLm92YXRpb24uZ2F0ZXdheS52MS5QdXRPbkFpckgAEjAKBGVkaXQYMiABKAsyIC5vdmF0aW9uLmdhdGV3YXkudjEuUXVlc3Rpb25TdGVwSAASMQoFbGFiZWwYMyABKAsyIC5vdmF0aW9uLmdhdGV3YXkudjEuUXVlc3Rpb25TdGVwSAASMwoHcmVvcmRlchg0IAEoCzIgLm92YXRpb24uZ2F0ZXdheS52MS5RdWVzdGlvblN0ZXBIABIxCgVtZXJnZRg1IAEoCzIgLm92YXRpb24uZ2F0ZXdheS52MS5RdWVzdGlvblN0ZXBIABIzCgd1bm1lcmdlGDYgASgLMiAub3ZhdGlvbi5nYXRld2F5LnYxLlF1ZXN0aW9uU3RlcEgAEjkKDXVuZG9fcXVlc3Rpb24YNyABKAsyIC5vdmF0aW9uLmdhdGV3YXkudjEuUXVlc3Rpb25TdGVwSAASMgoFY2xhaW0YOCABKAsyIS5vdmF0aW9uLmdhdGV3YXkudjEuQ2xhaW1RdWVzdGlvbkgAEjEKB3RpbWVvdXQYKCABKAsyHi5vdmF0aW9uLmdhdGV3YXkudjEuUGVyc29uU3RlcEgAEi0KA2JhbhgpIAEoCzIeLm92YXRpb24uZ2F0ZXdheS52MS5QZXJzb25TdGVwSAASLwoFdW5iYW4YKiABKAsyHi5vdmF0aW9uLmdhdGV3YXkudjEuUGVyc29uU3RlcEgAEjQKCnJlbW92ZV9hbGwYKyABKAsyHi5vdmF0aW9uLmdhdGV3YXkudjEuUGVyc29uU3RlcEgAEi8KB3JlbGVhc2UYLCABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuSGVsZFN0ZXBIABIzCgtyZWplY3RfaGVsZBgtIAEoCzIcLm92YXRpb24uZ2F0ZXdheS52MS5IZWxkU3RlcEgAEiwKBHVuZG8YLiABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuUm9vbVN0ZXBIABIxCgl1bmRvX2hlbGQYLyABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuSGVsZFN0ZXBIABI1Cgt1bmRvX3BlcnNvbhgwIAEoCzIeLm92YXRpb24uZ2F0ZXdheS52MS5QZXJzb25TdGVwSAASOQoPdW5kb19yZW1vdmVfYWxsGDEgASgLMh4ub3ZhdGlvbi5nYXRld2F5LnYxLlBlcnNvblN0ZXBIABI0Cgx1bmRvX3NldHRpbmcYWiABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuUm9vbVN0ZXBIABIyCgp1bmRvX3Rlcm1zGFsgASgLMhwub3ZhdGlvbi5nYXRld2F5LnYxLlJvb21TdGVwSAASMAoIdW5kb19waW4YXCABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuUm9vbVN0ZXBIABIzCgt1bmRvX29uX2FpchhdIAEoCzIcLm92YXRpb24uZ2F0ZXdheS52MS5Sb29tU3RlcEgAEjAKCHVuZG9fZW5kGF4gASgLMhwub3ZhdGlvbi5nYXRld2F5LnYxLlJvb21TdGVwSAASMwoLdW5kb19kZWxldGUYXyABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuSGVsZFN0ZXBIAEIFCgNhY3QiLgoKUGluQ29tbWVudBIPCgdjb21tZW50GAEgASgJEg8KB3NlY29uZHMYAiABKA0iHwoMVW5waW5Db21tZW50Eg8KB2NvbW1lbnQYASABKAkiFQoHU2V0Q2FsbRIKCgJvbhgBIAEoCCLnAQoLQ2hhbmdlTW9kZXMSHgoRc2xvd19tb2RlX3NlY29uZHMYASABKA1IAIgBARIZCgxjb21tZW50X21vZGUYAiABKAlIAYgBARIcCg91bmlxdWVfY29tbWVudHMYAyABKAhIAogBARIXCgplbW9qaV9vbmx5GAQgASgISAOIAQESEgoFbGlua3MYBSABKAlIBIgBAUIUChJfc2xvd19tb2RlX3NlY29uZHNCDwoNX2NvbW1lbnRfbW9kZUISChBfdW5pcXVlX2NvbW1lbnRzQg0KC19lbW9qaV9vbmx5QggKBl9saW5rcyI7CgtDaGFuZ2VUZXJtcxILCgNhZGQYASADKAkSDgoGcmVtb3ZlGAIgAygJEg8KB2NvbW1lbnQYAyABKAkiLQoIUHV0T25BaXISDwoHY29tbWVudBgBIAEoCRIQCghxdWVzdGlvbhgCIAEoCSKmAQoMUXVlc3Rpb25TdGVwEhAKCHF1ZXN0aW9uGAEgASgJEhAKCHJldmlzaW9uGAIgASgEEg4KBnJlYXNvbhgDIAEoCRIMCgR0ZXh0GAQgASgJEg0KBWxhYmVsGAUgASgJEgwKBGludG8YBiABKAkSDgoGYmVmb3JlGAcgASgJEg8KB2NsYWltZWQYCCABKAgSFgoOc3RyZWFtX3RpbWVfbXMYCSABKAMiRQoNQ2xhaW1RdWVzdGlvbhIQCghxdWVzdGlvbhgBIAEoCRIPCgdyZWxlYXNlGAIgASgIEhEKCXRha2Vfb3ZlchgDIAEoCCIwCg1SZW1vdmVDb21tZW50Eg8KB2NvbW1lbnQYASABKAkSDgoGcmVhc29uGAIgASgJIhoKCFJvb21TdGVwEg4KBmNoYW5nZRhaIAEoBCLZAwoLU2VydmVyRnJhbWUSLgoHd2VsY29tZRgBIAEoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5XZWxjb21lSAASMAoIc25hcHNob3QYAiABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuU25hcHNob3RIABIoCgRtaW5lGAMgASgLMhgub3ZhdGlvbi5nYXRld2F5LnYxLk1pbmVIABIoCgR0aWNrGAQgASgLMhgub3ZhdGlvbi5nYXRld2F5LnYxLlRpY2tIABImCgNhY2sYBSABKAsyFy5vdmF0aW9uLmdhdGV3YXkudjEuQWNrSAASKgoFZmF1bHQYBiABKAsyGS5vdmF0aW9uLmdhdGV3YXkudjEuRmF1bHRIABIsCgZyZXN5bmMYByABKAsyGi5vdmF0aW9uLmdhdGV3YXkudjEuUmVzeW5jSAASLgoHZ29vZGJ5ZRgIIAEoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5Hb29kYnllSAASLgoHdmVyZGljdBgoIAEoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5WZXJkaWN0SAASKgoFbXV0ZWQYKSABKAsyGS5vdmF0aW9uLmdhdGV3YXkudjEuTXV0ZWRIAEIGCgRib2R5Io4BCgdXZWxjb21lEiQKA3lvdRgBIAEoCzIXLm92YXRpb24uZ2F0ZXdheS52MS5Zb3USEQoJcmVjb3ZlcmVkGAIgASgIEioKBmxpbWl0cxgDIAEoCzIaLm92YXRpb24uZ2F0ZXdheS52MS5MaW1pdHMSDgoGbm93X21zGAQgASgDEg4KBnNlcnZlchgFIAEoCSJqCgNZb3USDgoGcGVyc29uGAEgASgJEgwKBG5hbWUYAiABKAkSDAoEcm9sZRgDIAEoCRINCgVndWVzdBgEIAEoCBITCgtndWVzdF90b2tlbhgFIAEoCRITCgtoZWFydHNfbGVmdBgGIAEoBCKfBAoGTGltaXRzEhkKEWNvbW1lbnRfZ3JhcGhlbWVzGAEgASgNEhUKDWNvbW1lbnRfYnl0ZXMYAiABKA0SGgoScXVlc3Rpb25fZ3JhcGhlbWVzGAMgASgNEhYKDnF1ZXN0aW9uX2J5dGVzGAQgASgNEhYKDm5hbWVfZ3JhcGhlbWVzGAUgASgNEhgKEGFuc3dlcl9ncmFwaGVtZXMYBiABKA0SGAoQcmVhc29uX2dyYXBoZW1lcxgHIAEoDRITCgtmcmFtZV9ieXRlcxgIIAEoDRIPCgdwaW5nX21zGAkgASgNEhEKCWhlYXJ0X2NhcBgKIAEoBBIXCg90YXBzX3Blcl9zZWNvbmQYCyABKA0SEQoJdGFwX2J1cnN0GAwgASgNEhYKDnRlcm1fZ3JhcGhlbWVzGBkgASgNEhAKCGNsYWltX21zGDIgASgNEg8KB3VuZG9fbXMYMyABKA0SLAoFdmVyYnMYQSADKAsyHS5vdmF0aW9uLmdhdGV3YXkudjEuVmVyYkxpbWl0EhkKEWZyYW1lc19wZXJfc2Vjb25kGEIgASgNEhMKC2ZyYW1lX2J1cnN0GEMgASgNEg4KBmVycm9ycxhEIAEoDRIPCgdzb2NrZXRzGEUgASgNEhgKEGJ5dGVzX3Blcl9zZWNvbmQYRiABKA0SEgoKYnl0ZV9idXJzdBhHIAEoDRIWCg5yZXBvcnRfcmVhc29ucxgoIAMoCSI4CglWZXJiTGltaXQSDAoEdmVyYhgBIAEoCRINCgVidXJzdBgCIAEoDRIOCgZwZXJfbXMYAyABKA0isgUKCFNuYXBzaG90EioKBmN1cnNvchgBIAEoCzIaLm92YXRpb24uZ2F0ZXdheS52MS5DdXJzb3ISJgoEcm9vbRgCIAEoCzIYLm92YXRpb24uZ2F0ZXdheS52MS5Sb29tEjgKBmhlYXJ0cxgDIAMoCzIoLm92YXRpb24uZ2F0ZXdheS52MS5TbmFwc2hvdC5IZWFydHNFbnRyeRIPCgd2aWV3ZXJzGAQgASgEEi0KCGNvbW1lbnRzGAUgAygLMhsub3ZhdGlvbi5nYXRld2F5LnYxLkNvbW1lbnQSLwoJcXVlc3Rpb25zGAYgAygLMhwub3ZhdGlvbi5nYXRld2F5LnYxLlF1ZXN0aW9uEhEKCW5vdF9zaG93bhgHIAEoBBINCgVhdF9tcxgIIAEoAxIqCgZzdGF0dXMYCSABKAsyGi5vdmF0aW9uLmdhdGV3YXkudjEuU3RhdHVzEjIKCm1vZGVyYXRpb24YCiABKAsyHi5vdmF0aW9uLmdhdGV3YXkudjEuTW9kZXJhdGlvbhIwCgltaWxlc3RvbmUYFCABKAsyHS5vdmF0aW9uLmdhdGV3YXkudjEuTWlsZXN0b25lEjwKCGV4Y2x1ZGVkGBUgAygLMioub3ZhdGlvbi5nYXRld2F5LnYxLlNuYXBzaG90LkV4Y2x1ZGVkRW50cnkSKgoGcGlubmVkGBkgASgLMhoub3ZhdGlvbi5nYXRld2F5LnYxLlBpbm5lZBIpCgZvbl9haXIYSyABKAsyGS5vdmF0aW9uLmdhdGV3YXkudjEuT25BaXIaLQoLSGVhcnRzRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgEOgI4ARovCg1FeGNsdWRlZEVudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoBDoCOAEi8AYKBFRpY2sSKgoGY3Vyc29yGAEgASgLMhoub3ZhdGlvbi5nYXRld2F5LnYxLkN1cnNvchINCgVhdF9tcxgCIAEoAxI0CgZoZWFydHMYAyADKAsyJC5vdmF0aW9uLmdhdGV3YXkudjEuVGljay5IZWFydHNFbnRyeRIUCgd2aWV3ZXJzGAQgASgESACIAQESLQoIY29tbWVudHMYBSADKAsyGy5vdmF0aW9uLmdhdGV3YXkudjEuQ29tbWVudBIPCgdyZW1vdmVkGAYgAygJEi8KCXF1ZXN0aW9ucxgHIAMoCzIcLm92YXRpb24uZ2F0ZXdheS52MS5RdWVzdGlvbhIMCgRnb25lGAggAygJEigKBXZvdGVzGAkgAygLMhkub3ZhdGlvbi5nYXRld2F5LnYxLlZvdGVzEhYKCW5vdF9zaG93bhgKIAEoBEgBiAEBEiYKBHJvb20YCyABKAsyGC5vdmF0aW9uLmdhdGV3YXkudjEuUm9vbRIqCgZzdGF0dXMYDCABKAsyGi5vdmF0aW9uLmdhdGV3YXkudjEuU3RhdHVzEjIKCm1vZGVyYXRpb24YDSABKAsyHi5vdmF0aW9uLmdhdGV3YXkudjEuTW9kZXJhdGlvbhIxCgptaWxlc3RvbmVzGBQgAygLMh0ub3ZhdGlvbi5nYXRld2F5LnYxLk1pbGVzdG9uZRI4CghleGNsdWRlZBgVIAMoCzImLm92YXRpb24uZ2F0ZXdheS52MS5UaWNrLkV4Y2x1ZGVkRW50cnkSKwoGZWRpdGVkGBkgAygLMhsub3ZhdGlvbi5nYXRld2F5LnYxLkNvbW1lbnQSLQoIcmVzdG9yZWQYGiADKAsyGy5vdmF0aW9uLmdhdGV3YXkudjEuQ29tbWVudBIqCgZwaW5uZWQYGyABKAsyGi5vdmF0aW9uLmdhdGV3YXkudjEuUGlubmVkEikKBm9uX2FpchhLIAEoCzIZLm92YXRpb24uZ2F0ZXdheS52MS5PbkFpchotCgtIZWFydHNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKAQ6AjgBGi8KDUV4Y2x1ZGVkRW50cnkSCwoDa2V5GAEgASgJEg0KBXZhbHVlGAIgASgEOgI4AUIKCghfdmlld2Vyc0IMCgpfbm90X3Nob3duIlYKBU9uQWlyEiwKB2NvbW1lbnQYASABKAsyGy5vdmF0aW9uLmdhdGV3YXkudjEuQ29tbWVudBIQCghxdWVzdGlvbhgCIAEoCRINCgVhdF9tcxgDIAEoAyJICgZQaW5uZWQSLAoHY29tbWVudBgBIAEoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5Db21tZW50EhAKCHVudGlsX21zGAIgASgDIqQECgRSb29tEgwKBHJvb20YASABKAkSDQoFdGl0bGUYAiABKAkSDQoFc3RhdGUYAyABKAkSDQoFa2luZHMYBCADKAkSDgoGbGFiZWxzGAUgAygJEhkKEXNsb3dfbW9kZV9zZWNvbmRzGAYgASgNEhQKDGNvbW1lbnRfbW9kZRgHIAEoCRIbChNhbm9ueW1vdXNfcXVlc3Rpb25zGAggASgIEhYKDm9wZW5fcXVlc3Rpb25zGAkgASgIEhIKCnN0YXJ0ZWRfbXMYCiABKAMSEAoIZW5kZWRfbXMYCyABKAMSFwoPdW5pcXVlX2NvbW1lbnRzGBkgASgIEhIKCmVtb2ppX29ubHkYGiABKAgSDQoFbGlua3MYGyABKAkSGwoTZWRpdF93aW5kb3dfc2Vjb25kcxgcIAEoDRIVCg1jYWxtX3NpbmNlX21zGB0gASgDEhgKEHF1ZXN0aW9uX3JhbmtpbmcYMiABKAkSFwoPYW5zd2VyaW5nX3Nsb3RzGDMgASgNEhoKEmlnbm9yZV9ndWVzdF92b3Rlcxg0IAEoCBIUCgx2aWV3ZXJfY291bnQYDCABKAkSDgoGc291cmNlGA0gASgJEhUKDWhlYXJ0c19wYXVzZWQYRiABKAgSGAoQcXVlc3Rpb25zX3BhdXNlZBhHIAEoCBIVCg1ob2xkX2NvbW1lbnRzGCggASgJEhgKEHByZXZpZXdfZGVsYXlfbXMYKSABKA0i1gEKB0NvbW1lbnQSDwoHY29tbWVudBgBIAEoCRIOCgZwZXJzb24YAiABKAkSDAoEbmFtZRgDIAEoCRIMCgRyb2xlGAQgASgJEg0KBWd1ZXN0GAUgASgIEgwKBHRleHQYBiABKAkSDQoFYXRfbXMYByABKAMSFgoOc3RyZWFtX3RpbWVfbXMYCCABKAMSKAoFcmVwbHkYGSABKAsyGS5vdmF0aW9uLmdhdGV3YXkudjEuUmVwbHkSEQoJZWRpdGVkX21zGBogASgDEg0KBXBsYWNlGBsgASgEIjYKBVJlcGx5Eg8KB2NvbW1lbnQYASABKAkSDgoGcGVyc29uGAIgASgJEgwKBG5hbWUYAyABKAkikgMKCFF1ZXN0aW9uEhAKCHF1ZXN0aW9uGAEgASgJEg4KBnBlcnNvbhgCIAEoCRIMCgRuYW1lGAMgASgJEhEKCWFub255bW91cxgEIAEoCBIMCgR0ZXh0GAUgASgJEg0KBXN0YXRlGAYgASgJEhAKCHJldmlzaW9uGAcgASgEEgwKBG5leHQYCCABKAgSDQoFbGFiZWwYCSABKAkSDgoGYW5zd2VyGAogASgJEg0KBXZvdGVzGAsgASgEEhMKC2d1ZXN0X3ZvdGVzGAwgASgEEhIKCnZvdGVzX3VwdG8YDSABKAQSEAoIYXNrZWRfbXMYDiABKAMSFAoMYW5zd2VyaW5nX21zGA8gASgDEhMKC2Fuc3dlcmVkX21zGBAgASgDEg4KBnJlYXNvbhgRIAEoCRIRCglvcGVuZWRfbXMYEiABKAMSDgoGZWRpdGVkGBMgASgIEg0KBXBsYWNlGBQgASgJEhsKE2Fuc3dlcmluZ19zdHJlYW1fbXMYFSABKAMSEwoLbWVyZ2VkX2ludG8YFiABKAkiSwoFVm90ZXMSEAoIcXVlc3Rpb24YASABKAkSDQoFdm90ZXMYAiABKAQSEwoLZ3Vlc3Rfdm90ZXMYAyABKAQSDAoEdXB0bxgEIAEoBCIaCgZTdGF0dXMSEAoIZGVncmFkZWQYASABKAgi5QMKCk1vZGVyYXRpb24SOAoJcXVlc3Rpb25zGAEgAygLMiUub3ZhdGlvbi5nYXRld2F5LnYxLk1vZGVyYXRvclF1ZXN0aW9uEg8KB3BlbmRpbmcYAiABKAQSLQoFcHVsc2UYFCADKAsyHi5vdmF0aW9uLmdhdGV3YXkudjEuUHVsc2VQb2ludBIpCgZjbGFpbXMYMiADKAsyGS5vdmF0aW9uLmdhdGV3YXkudjEuQ2xhaW0SMgoGY291bnRzGDMgASgLMiIub3ZhdGlvbi5nYXRld2F5LnYxLlF1ZXN0aW9uQ291bnRzEi0KBGhlbGQYKCADKAsyHy5vdmF0aW9uLmdhdGV3YXkudjEuSGVsZENvbW1lbnQSEQoJaGVsZF9nb25lGCkgAygJEhIKCmhlbGRfdG90YWwYKiABKAQSLAoGcGVvcGxlGCsgAygLMhwub3ZhdGlvbi5nYXRld2F5LnYxLlN0YW5kaW5nEi0KB3JlcG9ydHMYLCADKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuUmVwb3J0ZWQSJwoFYmxvY3MYNSADKAsyGC5vdmF0aW9uLmdhdGV3YXkudjEuQmxvYxIVCghvdmVybGF5cxhLIAEoBEgAiAEBQgsKCV9vdmVybGF5cyJGCgRCbG9jEhAKCHF1ZXN0aW9uGAEgASgJEg4KBnBlb3BsZRgCIAEoBBIKCgJvZhgDIAEoBBIQCghleHBlY3RlZBgEIAEoBCJJCgVDbGFpbRIQCghxdWVzdGlvbhgBIAEoCRIOCgZwZXJzb24YAiABKAkSDAoEbmFtZRgDIAEoCRIQCgh1bnRpbF9tcxgEIAEoAyKbAQoOUXVlc3Rpb25Db3VudHMSDwoHcGVuZGluZxgBIAEoDRIMCgRvcGVuGAIgASgNEhEKCWFuc3dlcmluZxgDIAEoDRIQCghhbnN3ZXJlZBgEIAEoDRIQCghyZWplY3RlZBgFIAEoDRIQCghhcmNoaXZlZBgGIAEoDRIRCgl3aXRoZHJhd24YByABKA0SDgoGbWVyZ2VkGAggASgNIpgBCgpQdWxzZVBvaW50Eg4KBnNlY29uZBgBIAEoAxI6CgZoZWFydHMYAiADKAsyKi5vdmF0aW9uLmdhdGV3YXkudjEuUHVsc2VQb2ludC5IZWFydHNFbnRyeRIPCgd2aWV3ZXJzGAMgASgEGi0KC0hlYXJ0c0VudHJ5EgsKA2tleRgBIAEoCRINCgV2YWx1ZRgCIAEoBDoCOAEiKgoJTWlsZXN0b25lEg4KBmhlYXJ0cxgBIAEoBBINCgVhdF9tcxgCIAEoAyLXAQoRTW9kZXJhdG9yUXVlc3Rpb24SLgoIcXVlc3Rpb24YASABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuUXVlc3Rpb24SDQoFYXNrZXIYAiABKAkSEgoKYXNrZXJfbmFtZRgDIAEoCRITCgthc2tlcl9ndWVzdBgEIAEoCBIVCg1vcmlnaW5hbF90ZXh0GAUgASgJEg8KB3VuZG9fYnkYBiABKAkSFQoNdW5kb191bnRpbF9tcxgHIAEoAxILCgN3aHkYMiABKAkSDgoGZGV0YWlsGDMgASgJIrEBCgRNaW5lEi8KCXF1ZXN0aW9ucxgBIAMoCzIcLm92YXRpb24uZ2F0ZXdheS52MS5RdWVzdGlvbhINCgV2b3RlZBgCIAMoCRItCghjb21tZW50cxgDIAMoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5Db21tZW50EikKBGhlbGQYBCADKAsyGy5vdmF0aW9uLmdhdGV3YXkudjEuT3duSGVsZBIPCgd3YWl0X21zGAUgASgDIlYKB093bkhlbGQSLAoHY29tbWVudBgBIAEoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5Db21tZW50Eg0KBXN0YXRlGAIgASgJEg4KBnJlYXNvbhgDIAEoCSLZBAoDQWNrEgoKAmlkGAEgASgJEi4KB2NvbW1lbnQYAiABKAsyGy5vdmF0aW9uLmdhdGV3YXkudjEuQ29tbWVudEgAEjAKCHF1ZXN0aW9uGAMgASgLMhwub3ZhdGlvbi5nYXRld2F5LnYxLlF1ZXN0aW9uSAASMAoEdm90ZRgEIAEoCzIgLm92YXRpb24uZ2F0ZXdheS52MS5Wb3RlUXVlc3Rpb25IABIoCgRyb29tGAUgASgLMhgub3ZhdGlvbi5nYXRld2F5LnYxLlJvb21IABIqCgV0ZXJtcxgZIAEoCzIZLm92YXRpb24uZ2F0ZXdheS52MS5UZXJtc0gAEiwKBnBpbm5lZBgaIAEoCzIaLm92YXRpb24uZ2F0ZXdheS52MS5QaW5uZWRIABIqCgVjbGFpbRgyIAEoCzIZLm92YXRpb24uZ2F0ZXdheS52MS5DbGFpbUgAEisKBm9uX2FpchhLIAEoCzIZLm92YXRpb24uZ2F0ZXdheS52MS5PbkFpckgAEjcKB3NpbWlsYXIYMyABKAsyJC5vdmF0aW9uLmdhdGV3YXkudjEuU2ltaWxhclF1ZXN0aW9uc0gAEjUKCXF1ZXN0aW9ucxg0IAEoCzIgLm92YXRpb24uZ2F0ZXdheS52MS5RdWVzdGlvblBhZ2VIABIoCgRoZWxkGCggASgLMhgub3ZhdGlvbi5nYXRld2F5LnYxLkhlbGRIABIPCgVjb3VudBgpIAEoDUgAEhAKBnVuZG9uZRgqIAEoCUgAEg4KBmNoYW5nZRhaIAEoBEIICgZyZXN1bHQiVgoMUXVlc3Rpb25QYWdlEjgKCXF1ZXN0aW9ucxgBIAMoCzIlLm92YXRpb24uZ2F0ZXdheS52MS5Nb2RlcmF0b3JRdWVzdGlvbhIMCgRtb3JlGAIgASgIIkoKEFNpbWlsYXJRdWVzdGlvbnMSNgoJcXVlc3Rpb25zGAEgAygLMiMub3ZhdGlvbi5nYXRld2F5LnYxLlNpbWlsYXJRdWVzdGlvbiJeCg9TaW1pbGFyUXVlc3Rpb24SEAoIcXVlc3Rpb24YASABKAkSDAoEdGV4dBgCIAEoCRINCgV2b3RlcxgDIAEoBBINCgVzY29yZRgEIAEoARINCgVzdGF0ZRgFIAEoCSIWCgVUZXJtcxINCgV0ZXJtcxgBIAMoCSKLAQoFRmF1bHQSCgoCaWQYASABKAkSDgoGcmVhc29uGAIgASgJEg8KB21lc3NhZ2UYAyABKAkSFgoOcmV0cnlfYWZ0ZXJfbXMYBCABKAMSDQoFZmllbGQYBSABKAkSLgoIcXVlc3Rpb24YBiABKAsyHC5vdmF0aW9uLmdhdGV3YXkudjEuUXVlc3Rpb24iCAoGUmVzeW5jIkYKB0dvb2RieWUSDgoGcmVhc29uGAEgASgJEhoKEnJlY29ubmVjdF9hZnRlcl9tcxgCIAEoAxIPCgdtZXNzYWdlGAMgASgJIjsKBlJlcG9ydBIPCgdjb21tZW50GAEgASgJEhAKCHF1ZXN0aW9uGAIgASgJEg4KBnJlYXNvbhgDIAEoCSJNCgpQZXJzb25TdGVwEg4KBnBlcnNvbhgBIAEoCRIPCgdzZWNvbmRzGAIgASgNEg4KBnJlYXNvbhgDIAEoCRIOCgZoaWRkZW4YBCABKAgiKwoISGVsZFN0ZXASDwoHY29tbWVudBgBIAEoCRIOCgZyZWFzb24YAiABKAkibgoLSGVsZENvbW1lbnQSLAoHY29tbWVudBgBIAEoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5Db21tZW50EgsKA3doeRgCIAEoCRIOCgZkZXRhaWwYAyABKAkSFAoMb3V0X29mX3NpZ2h0GAQgASgIIrwBCghTdGFuZGluZxIOCgZwZXJzb24YASABKAkSDAoEbmFtZRgCIAEoCRINCgVndWVzdBgDIAEoCBIoCgNiYW4YBCABKAsyGy5vdmF0aW9uLmdhdGV3YXkudjEuTWVhc3VyZRIsCgd0aW1lb3V0GAUgASgLMhsub3ZhdGlvbi5nYXRld2F5LnYxLk1lYXN1cmUSKwoGc2hhZG93GAYgASgLMhsub3ZhdGlvbi5nYXRld2F5LnYxLk1lYXN1cmUiSAoHTWVhc3VyZRIPCgdmcm9tX21zGAEgASgDEhAKCHVudGlsX21zGAIgASgDEgoKAmJ5GAMgASgJEg4KBnJlYXNvbhgEIAEoCSLvAQoIUmVwb3J0ZWQSDAoEaXRlbRgBIAEoCRIOCgZwZW9wbGUYAiABKA0SOgoHcmVhc29ucxgDIAMoCzIpLm92YXRpb24uZ2F0ZXdheS52MS5SZXBvcnRlZC5SZWFzb25zRW50cnkSDwoHbGFzdF9tcxgEIAEoAxIMCgRraW5kGCggASgJEgwKBGhlbGQYKSABKAgSLAoHY29tbWVudBgqIAEoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5Db21tZW50Gi4KDFJlYXNvbnNFbnRyeRILCgNrZXkYASABKAkSDQoFdmFsdWUYAiABKA06AjgBIjkKB1ZlcmRpY3QSDwoHY29tbWVudBgBIAEoCRINCgVzdGF0ZRgCIAEoCRIOCgZyZWFzb24YAyABKAkiKQoFTXV0ZWQSEAoIdW50aWxfbXMYASABKAMSDgoGcmVhc29uGAIgASgJIjQKBEhlbGQSLAoHY29tbWVudBgBIAEoCzIbLm92YXRpb24uZ2F0ZXdheS52MS5Db21tZW50QkhaRmdpdGh1Yi5jb20vb3ZhdGlvbi1saXZlL292YXRpb24vcHJvdG8vZ2VuL292YXRpb24vZ2F0ZXdheS92MTtnYXRld2F5djFiBnByb3RvMw"), ei = /*@__PURE__*/ U($r, 0), ti = /*@__PURE__*/ U($r, 27), ni = {
	name: "ovation.v1.proto",
	encode: (e) => Kn(ei, Mr(ei, e)),
	decode: (e) => _r(ti, Fn(ti, new Uint8Array(e)))
};
export { ni as binary };
