extension WhatsAppAdmin {
    /// What a manager asks for.
    public enum Request: Hashable, Sendable {
        case getInfo
        case subscribeInfo
        case unsubscribeInfo
        case subscribeNumbers
        /// The page of the list behind the number of this ID.
        case getNumbers(after: String?)
        case unsubscribeNumbers
        case updateNumber(UpdateNumber)
        case deleteNumber(id: String)
        case moveZone(from: String, to: String)
        case getConnectApps
        case getZones(app: String)
        case addAccount(AddAccount)
        case testWebhook
        case getTrace
        case setTrace(name: String, isOn: Bool)
        case clearLog
        case readLog(from: Int64?)
        case startPrivatePostCheck
        case confirmPrivatePostCheck
        case cancelPrivatePostCheck
        case startOnboarding(StartOnboarding)
        case cancelOnboarding(id: String)

        /// Reads a request.
        /// - Throws: `badRequest` for one that the API does not have, or a member of the wrong type
        public init(_ envelope: Envelope) throws(Failure) {
            let fields = AdminFields(envelope)
            switch envelope.mt {
            case "GetInfo": self = .getInfo
            case "SubscribeInfo": self = .subscribeInfo
            case "UnsubscribeInfo": self = .unsubscribeInfo
            case "SubscribeNumbers": self = .subscribeNumbers
            case "GetNumbers": self = .getNumbers(after: try fields.text("after"))
            case "UnsubscribeNumbers": self = .unsubscribeNumbers
            case "UpdateNumber": self = .updateNumber(try UpdateNumber(fields))
            case "DeleteNumber": self = .deleteNumber(id: try fields.required(fields.text, "id"))
            case "MoveZone":
                self = .moveZone(from: try fields.required(fields.text, "from"), to: try fields.required(fields.text, "to"))
            case "GetConnectApps": self = .getConnectApps
            case "GetZones": self = .getZones(app: try fields.required(fields.text, "app"))
            case "AddAccount": self = .addAccount(try AddAccount(fields))
            case "TestWebhook": self = .testWebhook
            case "GetTrace": self = .getTrace
            case "SetTrace":
                self = .setTrace(name: try fields.required(fields.text, "name"), isOn: try fields.required(fields.flag, "on"))
            case "ClearLog": self = .clearLog
            case "ReadLog": self = .readLog(from: try fields.integer("from"))
            case "StartPrivatePostCheck": self = .startPrivatePostCheck
            case "ConfirmPrivatePostCheck": self = .confirmPrivatePostCheck
            case "CancelPrivatePostCheck": self = .cancelPrivatePostCheck
            case "StartOnboarding": self = .startOnboarding(try StartOnboarding(fields))
            case "CancelOnboarding": self = .cancelOnboarding(id: try fields.required(fields.text, "id"))
            default: throw Failure(.badRequest, "This instance does not know the message \(envelope.mt.prefix(64)).")
            }
        }
    }

    /// A change of a number: only what is given changes.
    public struct UpdateNumber: Hashable, Sendable {
        /// Which one.
        public var id: String
        /// The revision that the manager has seen.
        public var rev: Int64
        /// The Connect app; empty for none.
        public var app: String?
        /// The zone; empty for none.
        public var zone: String?
        /// The tags.
        public var tags: [String]?
        /// Whether a licence is to be used.
        public var licensed: Bool?
        /// The closing text.
        public var closedMessage: String?
        /// Whether customers see that a message was read.
        public var readReceipts: Bool?
        /// Whether customers see that somebody is writing.
        public var typing: Bool?
        /// What customers learn of edited posts.
        public var edits: String?

        init(_ fields: AdminFields) throws(Failure) {
            id = try fields.required(fields.text, "id")
            rev = try fields.required(fields.integer, "rev")
            app = try fields.text("app")
            zone = try fields.text("zone")
            tags = try fields.texts("tags", limit: 100)
            licensed = try fields.flag("licensed")
            closedMessage = try fields.text("closedMessage")
            readReceipts = try fields.flag("readReceipts")
            typing = try fields.flag("typing")
            edits = try fields.text("edits")
        }
    }

    /// An account that is to be added, or gets another token.
    public struct AddAccount: Hashable, Sendable {
        /// The WhatsApp Business Account ID.
        public var waba: String
        /// The access token.
        public var token: SealedText
        /// The numbers that are wanted; nil for all.
        public var phoneIds: [String]?
        /// The PIN to register numbers with.
        public var pin: SealedText?
        /// The app's secret.
        public var appSecret: SealedText?

        init(_ fields: AdminFields) throws(Failure) {
            waba = try fields.required(fields.text, "waba")
            token = try fields.required(fields.sealed, "token")
            let phoneIds = try fields.texts("phoneIds", limit: 100)
            self.phoneIds = phoneIds?.isEmpty == true ? nil : phoneIds
            pin = try fields.sealed("pin")
            appSecret = try fields.sealed("appSecret")
        }
    }
}

extension WhatsAppAdmin {
    /// An account, or a further number of one, that is to be joined with the help of the shared service.
    public struct StartOnboarding: Hashable, Sendable {
        /// The PIN to register numbers with.
        public var pin: SealedText
        /// What is wanted.
        public var kind: Pairing.Kind
        /// The account that a number is to be added to; nil for the only one.
        public var waba: String?

        init(_ fields: AdminFields) throws(Failure) {
            pin = try fields.required(fields.sealed, "pin")
            guard let kind = Pairing.Kind(rawValue: try fields.required(fields.text, "kind")) else {
                throw Failure(.badRequest, "The member kind must be full or number.", field: "kind")
            }
            self.kind = kind
            waba = try fields.text("waba")
        }
    }
}

/// Reads members, and says which one is not what it should be. An absent one and `null` are the same.
struct AdminFields {
    private let envelope: Envelope

    init(_ envelope: Envelope) { self.envelope = envelope }

    func required<Value>(
        _ read: (String) throws(WhatsAppAdmin.Failure) -> Value?, _ name: String
    ) throws(WhatsAppAdmin.Failure) -> Value {
        guard let value = try read(name) else { throw Self.wrong(name, "is missing") }
        return value
    }

    func text(_ name: String) throws(WhatsAppAdmin.Failure) -> String? {
        guard let json = envelope[name] else { return nil }
        guard let text = json.text else { throw Self.wrong(name, "must be a text") }
        return text
    }

    func flag(_ name: String) throws(WhatsAppAdmin.Failure) -> Bool? {
        guard let json = envelope[name] else { return nil }
        guard let flag = json.bool else { throw Self.wrong(name, "must be true or false") }
        return flag
    }

    func integer(_ name: String) throws(WhatsAppAdmin.Failure) -> Int64? {
        guard let json = envelope[name] else { return nil }
        guard let number = json.int64 else { throw Self.wrong(name, "must be a whole number") }
        return number
    }

    func texts(_ name: String, limit: Int) throws(WhatsAppAdmin.Failure) -> [String]? {
        guard let json = envelope[name] else { return nil }
        guard let elements = json.elements, elements.count <= limit else { throw Self.wrong(name, "must be a list of at most \(limit) texts") }
        var texts: [String] = []
        for element in elements {
            guard let text = element.text else { throw Self.wrong(name, "must be a list of texts") }
            texts.append(text)
        }
        return texts
    }

    func sealed(_ name: String) throws(WhatsAppAdmin.Failure) -> SealedText? {
        guard let json = envelope[name] else { return nil }
        guard let sealed = SealedText(json) else { throw Self.wrong(name, "must be encrypted, as {value, key}") }
        return sealed
    }

    private static func wrong(_ name: String, _ what: String) -> WhatsAppAdmin.Failure {
        WhatsAppAdmin.Failure(.badRequest, "The member \(name) \(what).", field: name)
    }
}
