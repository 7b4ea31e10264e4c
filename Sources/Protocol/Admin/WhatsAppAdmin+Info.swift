extension WhatsAppAdmin {
    /// The instance, but for its numbers. Times are milliseconds since 1970.
    public struct Info: Hashable, Sendable {
        /// The App object.
        public struct Object: Hashable, Sendable {
            /// Its SIP name.
            public var sip: String
            /// Its display name.
            public var dn: String
            /// Whether the PBX is connected with it.
            public var connected: Bool

            /// Creates an object.
            public init(sip: String, dn: String, connected: Bool) {
                self.sip = sip
                self.dn = dn
                self.connected = connected
            }
        }

        /// A WhatsApp Business Account; of its token only the end.
        public struct Account: Hashable, Sendable {
            /// The account's Graph identifier.
            public var waba: String
            /// Its name, as far as it is known.
            public var name: String?
            /// Whether it has an access token.
            public var tokenSet: Bool
            /// The token's last four characters; empty if they would say too much.
            public var tokenTail: String
            /// When the token was stored.
            public var tokenTime: Int64?

            /// Creates an account.
            public init(waba: String, name: String?, tokenSet: Bool, tokenTail: String, tokenTime: Int64?) {
                self.waba = waba
                self.name = name
                self.tokenSet = tokenSet
                self.tokenTail = tokenTail
                self.tokenTime = tokenTime
            }
        }

        /// How Meta reaches the instance.
        public struct Webhook: Hashable, Sendable {
            /// The address to enter at Meta.
            public var url: String
            /// What Meta's handshake has to show.
            public var verifyToken: String?
            /// When Meta verified the address.
            public var verified: Int64?
            /// When Meta's last notification came.
            public var lastEvent: Int64?
            /// `yes`, `no` or `unknown`.
            public var reachable: String
            /// Whether notifications prove that Meta sent them.
            public var verifiableSender: Bool

            /// Creates it.
            public init(url: String, verifyToken: String?, verified: Int64?, lastEvent: Int64?, reachable: String, verifiableSender: Bool) {
                self.url = url
                self.verifyToken = verifyToken
                self.verified = verified
                self.lastEvent = lastEvent
                self.reachable = reachable
                self.verifiableSender = verifiableSender
            }
        }

        /// Something to look at.
        public struct Problem: Hashable, Sendable {
            /// A word for it.
            public var code: String
            /// `error` or `warning`.
            public var severity: String
            /// What varies in its text.
            public var args: [String]
            /// The text, in English.
            public var text: String

            /// Creates a problem.
            public init(code: String, severity: String, args: [String], text: String) {
                self.code = code
                self.severity = severity
                self.args = args
                self.text = text
            }
        }

        /// The build number.
        public var build: Int
        /// The platform's label of the build.
        public var label: String
        /// The version that people name.
        public var version: String
        /// The instance's name.
        public var instance: String
        /// The PBX's domain.
        public var domain: String
        /// The App object; nil until a PBX was there.
        public var object: Object?
        /// How many numbers may be licensed.
        public var lics: Int
        /// How many licensed numbers are in use.
        public var licsUsed: Int
        /// Whether licences are in test mode.
        public var testmode: Bool
        /// Until when the licences count while the PBX is away.
        public var licsGraceUntil: Int64?
        /// How many numbers there may be.
        public var numbersLimit: Int
        /// The accounts.
        public var accounts: [Account]
        /// How Meta reaches the instance.
        public var webhook: Webhook
        /// Whether there is a shared service for onboarding.
        public var sharedService: Bool
        /// The onboarding that is under way, or the last one since the service was started.
        public var onboarding: Onboarding?
        /// How the connection to Connect is, in a word.
        public var connectState: String
        /// More about it, for people.
        public var connectText: String?
        /// How the check of private posts stands.
        public var privatePosts: PrivatePosts
        /// What somebody should look at, the worst first.
        public var problems: [Problem]

        /// Creates it.
        public init(
            build: Int, label: String, version: String, instance: String, domain: String, object: Object?, lics: Int, licsUsed: Int, testmode: Bool,
            licsGraceUntil: Int64?, numbersLimit: Int, accounts: [Account], webhook: Webhook, sharedService: Bool,
            onboarding: Onboarding? = nil, connectState: String, connectText: String?, privatePosts: PrivatePosts, problems: [Problem]
        ) {
            self.build = build
            self.label = label
            self.version = version
            self.instance = instance
            self.domain = domain
            self.object = object
            self.lics = lics
            self.licsUsed = licsUsed
            self.testmode = testmode
            self.licsGraceUntil = licsGraceUntil
            self.numbersLimit = numbersLimit
            self.accounts = accounts
            self.webhook = webhook
            self.sharedService = sharedService
            self.onboarding = onboarding
            self.connectState = connectState
            self.connectText = connectText
            self.privatePosts = privatePosts
            self.problems = problems
        }

        /// Writes its members.
        public func write(to writer: inout JSONObjectWriter) {
            writer.write("build", build)
            writer.write("label", label)
            writer.write("version", version)
            writer.write("instance", instance)
            writer.write("domain", domain)
            writer.write(
                "object", object.map { JSON.object(with: ("sip", .string($0.sip)), ("dn", .string($0.dn)), ("connected", .bool($0.connected))) })
            writer.write("lics", lics)
            writer.write("licsUsed", licsUsed)
            writer.write("testmode", testmode)
            writer.write("licsGraceUntil", licsGraceUntil)
            writer.write("numbersLimit", numbersLimit)
            writer.write("accounts", .array(accounts.map(\.json)))
            writer.write("webhook", webhook.json)
            writer.write("sharedService", sharedService)
            writer.write("onboarding", onboarding?.json)
            writer.write("connect", .object(with: ("state", .string(connectState)), ("text", connectText.map(JSON.string))))
            writer.write("privatePosts", privatePosts.json)
            writer.write("problems", .array(problems.map(\.json)))
        }
    }
}

extension WhatsAppAdmin.Info.Account {
    fileprivate var json: JSON {
        .object(
            with: ("waba", .string(waba)), ("name", name.map(JSON.string)), ("tokenSet", .bool(tokenSet)), ("tokenTail", .string(tokenTail)),
            ("tokenTime", tokenTime.map { .number(JSONNumber($0)) }))
    }
}

extension WhatsAppAdmin.Info.Webhook {
    fileprivate var json: JSON {
        .object(
            with: ("url", .string(url)), ("verifyToken", verifyToken.map(JSON.string)), ("verified", verified.map { .number(JSONNumber($0)) }),
            ("lastEvent", lastEvent.map { .number(JSONNumber($0)) }), ("reachable", .string(reachable)),
            ("verifiableSender", .bool(verifiableSender)))
    }
}

extension WhatsAppAdmin.Info.Problem {
    fileprivate var json: JSON {
        ["code": .string(code), "severity": .string(severity), "args": .array(args.map(JSON.string)), "text": .string(text)]
    }
}

extension JSON {
    /// An object without the members that have no value.
    fileprivate static func object(with members: (String, JSON?)...) -> JSON {
        .object(members.compactMap { name, value in value.map { JSONMember(name, $0) } })
    }
}
