import Bridge
import Protocol
import Testing

@testable import AppService

@Suite("How inbound events are stored") struct InboundEventFormatTests {
    @Test("Every event is written as it always was", arguments: goldenInboundEvents.indices)
    func writing(index: Int) throws {
        let golden = goldenInboundEvents[index]
        // The order of its members says nothing.
        #expect(try tree(SQLiteTransaction.json(golden.event)) == tree(golden.json))
    }

    @Test("Every event that was ever written is read", arguments: goldenInboundEvents.indices)
    func reading(index: Int) throws {
        let golden = goldenInboundEvents[index]
        #expect(try JSONReader.read(InboundEvent.self, from: Array(golden.json.utf8)) == golden.event)
    }

    private func tree(_ json: String) throws -> WhatsApp.JSONValue { try JSONReader.read(from: Array(json.utf8)) }

    @Test("No case is missing in the table")
    func cases() {
        let events = Set(goldenInboundEvents.map { Self.name($0.event) })
        #expect(events == ["message text", "message placeholder", "message identityChange", "echo", "status", "notice", "unreadable"])
        #expect(Set(goldenPlaceholders.map { Self.name($0.placeholder) }).count == 17)
        let media = goldenPlaceholders.compactMap { golden in
            if case .media(let media, _, _, let state) = golden.placeholder { (media, state) } else { nil }
        }
        #expect(Set(media.map(\.0)) == Set(MessagePlaceholder.Media.allCases))
        #expect(Set(media.map(\.1)) == Set(MessagePlaceholder.MediaState.allCases))
        let senders = goldenInboundEvents.compactMap { golden in
            if case .message(let message) = golden.event { message.sender } else { nil }
        }
        #expect(Set(senders.joined().map(\.kind)) == Set(Alias.Kind.allCases))
    }

    // A new case has to be named below; then it belongs into the table, and into the expectations above.

    private static func name(_ event: InboundEvent) -> String {
        switch event {
        case .message(let message):
            switch message.content {
            case .text: "message text"
            case .placeholder: "message placeholder"
            case .identityChange: "message identityChange"
            }
        case .echo: "echo"
        case .status: "status"
        case .notice: "notice"
        case .unreadable: "unreadable"
        }
    }

    private static func name(_ placeholder: MessagePlaceholder) -> String {
        switch placeholder {
        case .media: "media"
        case .location: "location"
        case .contacts: "contacts"
        case .reaction: "reaction"
        case .reactionRemoved: "reactionRemoved"
        case .button: "button"
        case .choice: "choice"
        case .form: "form"
        case .callPermission: "callPermission"
        case .order: "order"
        case .system: "system"
        case .opened: "opened"
        case .edited: "edited"
        case .revoked: "revoked"
        case .unsupported: "unsupported"
        case .unknown: "unknown"
        case .broken: "broken"
        }
    }
}
