public import Bridge
import Crypto
import Protocol

/// Takes a stored notification apart into the bridge's own events.
///
/// Every element becomes an event, or an ``InboundEvent/Unreadable`` that says where it is: nothing is dropped in silence, and
/// nothing costs its siblings. Messages come before statuses, so that a status can find what it is about.
public struct WebhookReader: Sendable {
    /// Creates a reader. It keeps nothing.
    public init() {}

    /// The events of a notification, in the order of its entries and changes; its messages in the order in which they were written.
    ///
    /// - Parameters:
    ///   - body: the raw body as it was stored
    ///   - receivedAt: stands in for a time that Meta did not give
    public func events(in body: [UInt8], receivedAt: Moment) -> [InboundEvent] {
        let source = Source(body: body, receivedAt: receivedAt)
        let webhook: WhatsApp.Webhook
        do {
            webhook = try WhatsApp.Webhook.decode(body)
        } catch {
            return [source.unreadable(at: "", because: error.description)]
        }
        guard !webhook.entries.isEmpty else {
            return [source.unreadable(at: "entry", because: "there is no entry")]
        }
        var events: [InboundEvent] = []
        for (index, entry) in webhook.entries.enumerated() {
            let path = "entry[\(index)]"
            switch entry {
            case .failure(let failure):
                events.append(source.unreadable(at: path, because: "it \(failure.reason)"))
            case .value(let entry):
                if entry.changes.isEmpty { events.append(source.unreadable(at: path, because: "there is no change")) }
                for (index, change) in entry.changes.enumerated() {
                    let path = "\(path).changes[\(index)]"
                    switch change {
                    case .failure(let failure):
                        events.append(source.unreadable(at: path, because: "it \(failure.reason)"))
                    case .value(let change):
                        let read = ChangeReader(source: source, path: path, entry: entry).events(of: change)
                        // A large change mostly comes alone, and is not copied.
                        if events.isEmpty { events = read } else { events += read }
                    }
                }
            }
        }
        return InboundOrder.sorted(events)
    }

    /// Tells one piece of JSON from another: the first 128 bits of its SHA-256, in hexadecimal.
    static func digest(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(SHA256.hash(data: bytes).prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

/// The notification that is being taken apart.
private final class Source {
    let receivedAt: Moment
    private let body: [UInt8]
    /// Digest of the whole body, made once and only if something cannot be read: Meta repeats a notification byte by byte, so that it and a
    /// path tell repetitions of that.
    private lazy var digest = WebhookReader.digest(of: body)

    init(body: [UInt8], receivedAt: Moment) {
        self.body = body
        self.receivedAt = receivedAt
    }

    func unreadable(at path: String, because reason: String, number: PhoneNumberID? = nil) -> InboundEvent {
        .unreadable(InboundEvent.Unreadable(path: path, error: reason, number: number, at: receivedAt, key: "\(digest) \(path)"))
    }
}

/// Reads one change of a notification.
private struct ChangeReader {
    let source: Source
    let path: String
    let entry: WhatsApp.Entry

    private var receivedAt: Moment { source.receivedAt }

    func events(of change: WhatsApp.Change) -> [InboundEvent] {
        switch change.value {
        case .messages(let value): events(of: value)
        case .other where change.field == "messages": [source.unreadable(at: path, because: "its value is no object")]
        case .other(let value): [notice(field: change.field ?? "unknown", value: value)]
        }
    }

    private func events(of value: WhatsApp.MessagesValue) -> [InboundEvent] {
        let number = value.metadata?.phoneNumberID.map(PhoneNumberID.init(rawValue:))
        let people = People(contacts: value.contacts.compactMap(\.value), messages: value.messages.lazy.compactMap(\.value))
        let readers = People(contacts: value.contacts.compactMap(\.value), messages: value.echoes.lazy.compactMap(\.value))
        var events: [InboundEvent] = []
        events.reserveCapacity(value.messages.count + value.echoes.count + value.statuses.count + value.errors.count)
        for (index, element) in value.messages.enumerated() {
            events.append(
                read(element, at: "\(path).messages[\(index)]", number: number) { message, number throws(Unusable) in
                    try event(of: message, number: number, people: people)
                }
            )
        }
        for (index, element) in value.echoes.enumerated() {
            events.append(
                read(element, at: "\(path).message_echoes[\(index)]", number: number) { message, number throws(Unusable) in
                    .echo(try self.message(message, number: number, sender: readers.recipient(of: message), nobody: "it names no recipient"))
                }
            )
        }
        for (index, element) in value.statuses.enumerated() {
            events.append(
                read(element, at: "\(path).statuses[\(index)]", number: number) { status, number throws(Unusable) in
                    .status(try DeliveryStatus(status, number: number, receivedAt: receivedAt))
                }
            )
        }
        for error in value.errors {
            let at = entry.time.map(Moment.init(seconds:)) ?? receivedAt
            let words = "\(error.code ?? 0) \(error.details ?? error.title ?? "")"
            let key = WebhookReader.digest(of: Array("\(entry.id ?? "") \(number?.rawValue ?? "") \(at.milliseconds) \(words)".utf8))
            events.append(.notice(.init(type: "errors", number: number, reason: "Meta reports the error \(words)", at: at, key: key)))
        }
        if events.isEmpty {
            events.append(source.unreadable(at: path, because: "there is no message and no status", number: number))
        }
        return events
    }

    /// Reads an element, or says why it cannot be read.
    private func read<Element>(
        _ element: Decoded<Element>,
        at path: String,
        number: PhoneNumberID?,
        _ event: (Element, PhoneNumberID) throws(Unusable) -> InboundEvent
    ) -> InboundEvent {
        switch element {
        case .failure(let failure):
            return source.unreadable(at: path, because: "it \(failure.reason)", number: number)
        case .value(let element):
            do throws(Unusable) {
                guard let number else { throw Unusable(reason: "its change names no phone number ID") }
                return try event(element, number)
            } catch {
                return source.unreadable(at: path, because: error.reason, number: number)
            }
        }
    }

    private func event(of message: WhatsApp.Message, number: PhoneNumberID, people: People) throws(Unusable) -> InboundEvent {
        .message(try self.message(message, number: number, sender: people.sender(of: message), nobody: "it names no sender"))
    }

    private func message(
        _ message: WhatsApp.Message,
        number: PhoneNumberID,
        sender: (aliases: [Alias], name: String?),
        nobody: String
    ) throws(Unusable) -> CustomerMessage {
        guard let wamid = message.id else { throw Unusable(reason: "it has no ID") }
        guard !sender.aliases.isEmpty else { throw Unusable(reason: nobody) }
        let files = message.files
        return CustomerMessage(
            number: number,
            wamid: Wamid(rawValue: wamid),
            sender: sender.aliases,
            senderName: sender.name,
            writtenAt: message.timestamp.map(Moment.init(seconds:)) ?? receivedAt,
            type: String((message.type ?? "unknown").prefix(64)),
            content: message.bridged,
            quotes: message.quotedMessageID.map(Wamid.init(rawValue:)),
            files: files.isEmpty ? nil : files,
            forwarding: message.forwarding,
            referral: message.referral.map { CustomerMessage.Referral(headline: $0.headline ?? $0.body, address: $0.sourceURL) }
        )
    }

    /// A field that no conversation needs.
    private func notice(field: String, value: WhatsApp.JSONValue) -> InboundEvent {
        let canonical = WhatsApp.JSONValue.object([
            "id": entry.id.map(WhatsApp.JSONValue.text) ?? .null,
            "time": entry.time.map(WhatsApp.JSONValue.integer) ?? .null,
            "field": .text(field),
            "value": value,
        ])
        return .notice(
            InboundEvent.Notice(
                type: String(field.prefix(64)),
                number: value["metadata"]?["phone_number_id"]?.asText.map(PhoneNumberID.init(rawValue:)),
                reason: Self.reason(field: field, value: value),
                at: entry.time.map(Moment.init(seconds:)) ?? receivedAt,
                key: WebhookReader.digest(of: canonical.canonicalBytes)
            )
        )
    }

    private static func reason(field: String, value: WhatsApp.JSONValue) -> String {
        switch field {
        case "smb_message_echoes", "message_echoes": return "written by the business itself"
        case "history": return "written before the number was connected"
        default: break
        }
        let news = value["event"]?.asText ?? value["decision"]?.asText
        return news.map { "news of the account or number: \($0.prefix(64))" } ?? "no conversation needs it"
    }
}

/// Why an element that was read cannot be used.
struct Unusable: Error {
    var reason: String
}

extension DeliveryStatus {
    fileprivate init(_ status: WhatsApp.Status, number: PhoneNumberID, receivedAt: Moment) throws(Unusable) {
        guard let wamid = status.id else { throw Unusable(reason: "it has no ID") }
        guard let kind = status.kind else { throw Unusable(reason: "it says no status") }
        let error = status.errors.first
        self.init(
            number: number,
            wamid: Wamid(rawValue: wamid),
            status: kind.rawValue,
            at: status.timestamp.map(Moment.init(seconds:)) ?? receivedAt,
            messageID: status.callbackData,
            participant: status.participantUserID ?? status.participantID,
            error: error.map { error in
                DeliveryError(code: error.code.flatMap(Int.init(exactly:)) ?? 0, details: error.details ?? error.message ?? error.title)
            }
        )
    }
}
