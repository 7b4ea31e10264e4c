import Protocol
import Testing

@Suite struct HostileWebhookTests {
    @Test("What is nested too deep is cut off where it begins, and its siblings survive", arguments: [60, 500, 5_000, 200_000])
    func deepNesting(depth: Int) throws {
        let deep = String(repeating: #"{"a":["#, count: depth / 2) + String(repeating: "]}", count: depth / 2)
        let body = notification(messages: #"[{"id":"wamid.A","type":"new","new":\#(deep)},{"id":"wamid.B","type":"text","text":{"body":"there"}}]"#)
        let messages = try messagesValue(of: body).messages
        #expect(messages.map(\.value?.id) == ["wamid.A", "wamid.B"])
        #expect(messages.last?.value?.content == .text("there"))
    }

    @Test("Nesting that never closes is refused without following it down")
    func endlessNesting() {
        for opening in ["[", #"{"a":"#] {
            let body = #"{"entry":"# + String(repeating: opening, count: 500_000)
            #expect(throws: MalformedJSONBody.notJSON) { try WhatsApp.Webhook.decode(Array(body.utf8)) }
        }
        #expect(throws: MalformedJSONBody.notJSON) { try WhatsApp.Webhook.decode(Array(String(repeating: "]", count: 1000).utf8)) }
    }

    @Test(
        "Half of a surrogate pair becomes a replacement character and costs no text",
        arguments: [
            (#"a\ud83d"#, "a\u{FFFD}"), (#"\ude00b"#, "\u{FFFD}b"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"), (#"\ud83dx\ude00"#, "\u{FFFD}x\u{FFFD}"),
            (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\\ud83d"#, #"\ud83d"#), (#"\uD83D\uDE00"#, "😀"), (#"\ud83d\n"#, "\u{FFFD}\n"),
        ]
    )
    func surrogates(escaped: String, text: String) throws {
        #expect(try message(#""type":"text","text":{"body":"\#(escaped)"}"#).content == .text(text))
    }

    @Test("Bytes that are no UTF-8 become replacement characters")
    func invalidUTF8() throws {
        var body = Array(notification(messages: #"[{"id":"wamid.A","type":"text","text":{"body":"a?b"}}]"#).utf8)
        let index = try #require(body.lastIndex(of: UInt8(ascii: "?")))
        body[index] = 0xFF
        let webhook = try WhatsApp.Webhook.decode(body)
        guard case .messages(let value) = webhook.entries.first?.value?.changes.first?.value?.value else {
            Issue.record("no messages")
            return
        }
        #expect(value.messages.first?.value?.content == .text("a\u{FFFD}b"))
    }

    @Test(
        "Numbers of any size stay harmless",
        arguments: [
            ("1790000000", 1_790_000_000 as Int64?), (#""1790000000""#, 1_790_000_000), ("1e400", nil), ("-1", nil), ("99999999999999999999999", nil),
            (#""1790000000000""#, nil), ("1790000000.5", nil), (#""soon""#, nil), ("true", nil), ("null", nil), ("{}", nil),
            ("1" + String(repeating: "0", count: 5000), nil),
        ]
    )
    func timestamps(written: String, seconds: Int64?) throws {
        let body = notification(messages: #"[{"id":"wamid.A","timestamp":\#(written)}]"#)
        #expect(try messagesValue(of: body).messages.first?.value?.timestamp == seconds)
    }

    @Test("An identifier may be a number of any length")
    func numericIdentifiers() throws {
        let body = notification(messages: "[{\"id\":123456789012345678901234567890,\"from\":4917600},{\"id\":1e999,\"from\":\"\"}]")
        let messages = try messagesValue(of: body).messages.compactMap(\.value)
        #expect(messages.map(\.id) == ["123456789012345678901234567890", nil])
        #expect(messages.map(\.from) == ["4917600", nil])
    }

    @Test("A name that occurs more than once is one field")
    func duplicateNames() throws {
        let body = #"{"object":"a","object":"b","entry":[],"entry":[{"id":"1","changes":[{"field":"x","field":"x","value":{"k":1,"k":2}}]}]}"#
        let webhook = try WhatsApp.Webhook.decode(Array(body.utf8))
        #expect(["a", "b"].contains(webhook.object))
        #expect(webhook.entries.count <= 1)
    }

    @Test("Of masses of values of unknown meaning only the first are kept, always the same ones, and siblings survive")
    func manyValues() throws {
        let fields = (0..<50_000).map { #""k\#($0)":[\#($0)]"# }.joined(separator: ",")
        let text = #"{"entry":[{"changes":[{"field":"x","value":{\#(fields)}},{"field":"messages","value":{"messages":[{"id":"wamid.A"}]}}]}]}"#
        let changes = try WhatsApp.Webhook.decode(Array(text.utf8)).entries.first?.value?.changes ?? []
        let again = try WhatsApp.Webhook.decode(Array(text.utf8)).entries.first?.value?.changes ?? []
        guard changes.count == 2, case .other(.object(let kept)) = changes[0].value?.value, case .messages(let messages) = changes[1].value?.value
        else {
            Issue.record("\(changes.count) changes")
            return
        }
        #expect((4_000...5_000).contains(kept.count))
        #expect(changes == again)
        #expect(messages.messages.first?.value?.id == "wamid.A")
    }

    @Test("Fields of a wrong type count as absent", arguments: ["17", "true", "null", #""text""#, "[]", "[[]]", "{}", "1.5"])
    func wrongTypes(value: String) throws {
        let types = [
            "text", "image", "video", "audio", "voice", "document", "sticker", "location", "contacts", "reaction", "button", "interactive", "order",
            "system", "request_welcome", "edit", "revoke", "unsupported", "unknown", "poll",
        ]
        for type in types {
            let fields = #""type":"\#(type)","\#(type)":\#(value),"context":\#(value),"referral":\#(value),"errors":\#(value),"identity":\#(value)"#
            let message = try message(fields)
            #expect(message.id == "wamid.A")
            #expect(message.type == type)
        }
        let status = try messagesValue(
            of: notification(statuses: #"[{"id":"wamid.S","status":"sent","pricing":\#(value),"conversation":\#(value),"errors":\#(value)}]"#)
        ).statuses
        #expect(status.first?.value?.kind == .sent)
    }

    @Test("More elements than Meta puts into a notification are not read, in however many entries they stand, and the first says so")
    func elements() throws {
        let messages = Array(repeating: #"{"id":"w"}"#, count: 2_998).joined(separator: ",")
        let entry = #"{"changes":[{"field":"messages","value":{"messages":[\#(messages)]}}]}"#
        let body = #"{"entry":[\#(Array(repeating: entry, count: 4).joined(separator: ","))]}"#
        let webhook = try WhatsApp.Webhook.decode(Array(body.utf8))
        let read = webhook.entries.compactMap(\.value).map { entry in
            entry.changes.compactMap(\.value).flatMap { change -> [Decoded<WhatsApp.Message>] in
                if case .messages(let value) = change.value { value.messages } else { [] }
            }
        }
        // An entry and its change are elements too: 3,000 of 6,000 are taken by each of the first two.
        #expect(read.map { $0.count { $0.value != nil } } == [2_998, 2_998])
        #expect(webhook.entries.count == 3)
        #expect(webhook.entries.last?.failure?.reason == "and what follows is more than is read")
    }

    @Test("What is in the midst of a list when the limit comes is said there, and nothing after it is read")
    func elementsInTheMidst() throws {
        let messages = Array(repeating: #"{"id":"w"}"#, count: 5_000).joined(separator: ",")
        let statuses = Array(repeating: #"{"id":"w","status":"sent"}"#, count: 5_000).joined(separator: ",")
        let value = #"{"messages":[\#(messages)],"statuses":[\#(statuses)],"message_echoes":[{"id":"e"}]}"#
        let body = #"{"entry":[{"changes":[{"field":"messages","value":\#(value)}]},{"id":"last"}]}"#
        let webhook = try WhatsApp.Webhook.decode(Array(body.utf8))
        guard case .messages(let read) = webhook.entries.first?.value?.changes.first?.value?.value else {
            Issue.record("no messages")
            return
        }
        #expect(read.messages.count { $0.value != nil } == 5_000)
        #expect(read.statuses.count { $0.value != nil } == 998)
        let limit = DecodingFailure(index: 998, reason: "and what follows is more than is read")
        #expect(read.statuses.last?.failure == limit && read.statuses.count == 999)
        #expect(read.echoes.map(\.value) == [nil])
        #expect(webhook.entries.map { $0.failure?.index } == [nil, 1])
    }
}
