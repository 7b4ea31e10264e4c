import Protocol

/// What Meta's dialog told the page by a window message (WhatsApp Cloud API, 5.2). Whatever it holds came through a browser, so it only
/// chooses among what the token reaches.
struct SignupSession: Codable, Equatable, Sendable {
    /// The WhatsApp Business Account ID.
    var account: String?
    /// The business portfolio's ID.
    var business: String?
    /// The phone number IDs that were chosen.
    var numbers: [String] = []
    /// Whether the number stays in use in the WhatsApp Business app.
    var isCoexistence = false

    /// What a message says.
    enum Judgement: Equatable, Sendable {
        /// The dialog came to its end.
        case finished(SignupSession)
        /// The dialog was closed, or Meta gave up; with Meta's words, if there are any.
        case ended(String?)
        /// It is no such message.
        case meaningless
    }

    /// Judges a message that passed the page's check of its origin.
    static func judge(_ message: JSON) -> Judgement {
        guard message["type"]?.text == "WA_EMBEDDED_SIGNUP", let event = message["event"]?.text else { return .meaningless }
        let data = data(of: message)
        switch event {
        case "CANCEL", "ERROR":
            return .ended((data["error_message"]?.text).flatMap { $0.isEmpty ? nil : $0 })
        case _ where event.hasPrefix("FINISH"):
            let numbers = ids(data["phone_number_id"]) + ids(data["phone_number_ids"])
            return .finished(
                SignupSession(
                    account: ids(data["waba_id"]).first, business: ids(data["business_id"]).first,
                    numbers: Array(numbers.uniqued().prefix(20)), isCoexistence: event == "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING"))
        default:
            return .meaningless
        }
    }

    private static func data(of message: JSON) -> JSON {
        guard case .string(let text)? = message["data"] else { return message["data"] ?? .null }
        return (try? JSON(Array(text.utf8))) ?? .null
    }

    private static func ids(_ value: JSON?) -> [String] {
        let values = value?.elements ?? value.map { [$0] } ?? []
        return values.compactMap(\.text).filter(MetaID.isValid)
    }
}

extension Sequence where Element: Hashable {
    /// The elements without repetitions, in their order.
    func uniqued() -> [Element] {
        var known: Set<Element> = []
        return filter { known.insert($0).inserted }
    }
}
