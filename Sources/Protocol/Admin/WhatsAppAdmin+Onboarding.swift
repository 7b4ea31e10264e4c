extension WhatsAppAdmin {
    /// How an onboarding stands. As a push of its own, and as a part of ``Info``.
    public struct Onboarding: Hashable, Sendable {
        /// Where it is.
        public enum Step: String, Hashable, Sendable, CaseIterable {
            /// The administrator is at the shared service's page.
            case waiting
            /// The access token is here and good.
            case token
            /// The numbers were read.
            case numbers
            /// Notifications come to us.
            case subscribed
            /// So many of the numbers are registered.
            case registering
            /// Everything is stored.
            case done
            /// It failed; nothing was stored.
            case failed
            /// An administrator gave it up; nothing was stored.
            case cancelled
        }

        /// Why a number is not ready, though it was stored.
        public struct Problem: Hashable, Sendable {
            /// The number's ID.
            public var id: String
            /// Why and what to do, as a sentence.
            public var text: String

            /// Creates it.
            public init(id: String, text: String) {
                self.id = id
                self.text = text
            }
        }

        /// Names it.
        public var id: String
        /// What is wanted.
        public var kind: Pairing.Kind
        /// Where it is.
        public var step: Step
        /// How many numbers are through; at the end, how many were added or renewed.
        public var done: Int?
        /// Of how many.
        public var total: Int?
        /// The service's page; nil once it is not needed any more.
        public var url: String?
        /// When it ends by itself, in milliseconds since 1970; nil once it cannot any more.
        public var expires: Int64?
        /// Why it failed.
        public var failure: Failure?
        /// Numbers that are stored and not ready.
        public var problems: [Problem]

        /// Creates it.
        public init(
            id: String, kind: Pairing.Kind, step: Step, done: Int? = nil, total: Int? = nil, url: String? = nil, expires: Int64? = nil,
            failure: Failure? = nil, problems: [Problem] = []
        ) {
            self.id = id
            self.kind = kind
            self.step = step
            self.done = done
            self.total = total
            self.url = url
            self.expires = expires
            self.failure = failure
            self.problems = problems
        }

        /// As it is sent.
        public var json: JSON { .object(members) }

        /// A push.
        /// - Parameter src: of the request that it follows
        public func message(src: RequestTag?) -> [UInt8] {
            WhatsAppAdmin.message("OnboardingInfo", src: src) { writer in
                for member in members { writer.write(member.name, member.value) }
            }
        }

        private var members: [JSONMember] {
            var members = [
                JSONMember("id", .string(id)), JSONMember("kind", .string(kind.rawValue)), JSONMember("step", .string(step.rawValue)),
            ]
            func add(_ name: String, _ value: JSON?) {
                if let value { members.append(JSONMember(name, value)) }
            }
            add("done", done.map { .number(JSONNumber(Int64($0))) })
            add("total", total.map { .number(JSONNumber(Int64($0))) })
            add("url", url.map(JSON.string))
            add("expires", expires.map { .number(JSONNumber($0)) })
            add("error", failure.map { .string($0.code.rawValue) })
            add("errorText", failure.map { .string($0.text) })
            add("field", failure?.field.map(JSON.string))
            if !problems.isEmpty { add("problems", .array(problems.map { ["id": .string($0.id), "text": .string($0.text)] })) }
            return members
        }
    }
}
