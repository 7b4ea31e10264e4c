public import Bridge
public import Protocol

extension StoredSettings {
    /// What is agreed with a shared service about an account.
    public struct Binding: Equatable, Sendable {
        /// Where it is.
        public enum State: String, Sendable {
            /// It is being agreed on. If the service is stopped meanwhile, it is to be ended.
            case pending
            /// It holds.
            case active
            /// It is to be ended: the shared service has to be told.
            case ending
        }

        /// The account.
        public var account: String
        /// How notifications come.
        public var mode: Pairing.Mode
        /// Where it is.
        public var state: State
        /// Since when it is there.
        public var since: Moment

        /// Creates a binding.
        public init(account: String, mode: Pairing.Mode, state: State, since: Moment) {
            self.account = account
            self.mode = mode
            self.state = state
            self.since = since
        }
    }

    /// A key that a shared service signs with.
    public struct RelayKey: Equatable, Sendable {
        /// How long a key counts after another one has taken its place.
        public static let overlap: Duration = .seconds(24 * 3_600)

        /// The binding that it was made for.
        public var binding: String
        /// The key.
        public var key: SealedValue
        /// When another one took its place; nil for the one that is in use.
        public var retiredAt: Moment?

        /// Creates a key.
        public init(binding: String, key: SealedValue, retiredAt: Moment? = nil) {
            self.binding = binding
            self.key = key
            self.retiredAt = retiredAt
        }
    }

    /// Where Meta delivers a number's notifications itself, and what it shows in its handshake.
    public struct DirectPath: Equatable, Sendable {
        /// The path below the webhook's: 128 random bits.
        public var path: SealedValue
        /// The handshake's token.
        public var verifyToken: SealedValue

        /// Creates a path.
        public init(path: SealedValue, verifyToken: SealedValue) {
            self.path = path
            self.verifyToken = verifyToken
        }
    }

    /// Puts a binding in the place of those that its account has. What was signed with the newest of their keys counts for a while.
    mutating func take(_ binding: Binding, id: String, keyID: String, key: SealedValue) {
        let old = Set(bindings.filter { $0.value.account == binding.account && $0.key != id }.map(\.key)).union([id])
        relayKeys = relayKeys.filter { name, key in
            guard old.contains(key.binding), name != keyID else { return name != keyID }
            return key.retiredAt == nil && bindings[key.binding]?.state == .active
        }
        for (name, key) in relayKeys where old.contains(key.binding) {
            relayKeys[name]?.retiredAt = binding.since
            // It goes with the binding that took the place of its own.
            relayKeys[name]?.binding = id
        }
        for id in old { bindings[id] = nil }
        bindings[id] = binding
        relayKeys[keyID] = RelayKey(binding: id, key: key)
    }

    /// Takes what Meta says of an account's numbers.
    mutating func take(_ numbers: [GraphPhoneNumber], of account: String) {
        for number in numbers {
            let id = PhoneNumberID(rawValue: number.id ?? "")
            guard activeNumbers[id]?.account == account else { continue }
            let found = RegistrationResult(number, isRegistered: NumberStanding(number) == .registered).number
            self.numbers[id]?.profile = Number.Profile(
                display: found.display, verifiedName: found.verifiedName, quality: found.quality, isRegistered: found.isRegistered)
        }
    }

    /// Forgets a binding that is ended, with its keys.
    mutating func forget(binding id: String) {
        bindings[id] = nil
        relayKeys = relayKeys.filter { $0.value.binding != id }
    }
}

extension StoredSettings.Number {
    /// Whether anything but what Meta says of it is another.
    func settingsDiffer(from other: StoredSettings.Number?) -> Bool {
        guard var other else { return true }
        other.profile = profile
        other.revision = revision
        return other != self
    }
}
