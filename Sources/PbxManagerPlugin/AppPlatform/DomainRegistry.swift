import AppService
import Logging
import Synchronization

/// The domains that PBXs have registered, with the passwords that their App Platform objects log in with. Only domains of the
/// configuration file can be registered; of one that was taken out of it, the password no longer opens anything.
actor DomainRegistry {
    /// Why a domain was not registered.
    enum Refusal: Error, Equatable {
        /// The configuration file has no instance of this domain.
        case foreignDomain
        /// The password is empty, too long, the one that everybody knows, or has control characters.
        case badPassword
    }

    /// The longest password, in bytes.
    static let longestPassword = 256

    private let file: DomainFile
    private let domains: Set<String>
    private let sealer: Sealer
    private let logger: Logger
    private nonisolated let passwords = Mutex<[String: Secret]>([:])
    /// What the file holds, with what this key does not open.
    private var sealed: [String: SealedValue] = [:]

    /// - Parameter domains: of the configuration file's instances
    init(file: DomainFile, domains: [String], sealer: Sealer, logger: Logger) {
        self.file = file
        self.domains = Set(domains.map { $0.lowercased() })
        self.sealer = sealer
        self.logger = logger
    }

    /// Reads what is stored. What cannot be read is logged, and has to be registered again.
    func load() {
        do {
            sealed = try file.read()
        } catch {
            logger.error("The registered domains of the App Platform cannot be read, \(error). Until that is corrected, no PBX can log in to it.")
            return
        }
        for (domain, value) in sealed where domains.contains(domain) {
            do {
                let password = try sealer.open(value, for: Self.context(domain))
                passwords.withLock { $0[domain] = password }
            } catch {
                logger.error("The domain \(domain) has to be registered again at the App Platform: \(error)")
            }
        }
    }

    /// The password of a domain; nil if it is not registered.
    nonisolated func password(of domain: String) -> Secret? { passwords.withLock { $0[domain.lowercased()] } }

    /// Gives a domain its password, in place of one that it has. Whoever calls has checked the manager password.
    ///
    /// - Throws: ``Refusal``; `SmallFile.Problem` if it cannot be stored, and then nothing has changed.
    func register(_ domain: String, password: Secret) throws {
        let domain = domain.lowercased()
        guard domains.contains(domain) else { throw Refusal.foreignDomain }
        let bytes = password.revealedBytes
        guard (1...Self.longestPassword).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), password.revealed != "-" else {
            throw Refusal.badPassword
        }
        var changed = sealed
        changed[domain] = try sealer.seal(password, for: Self.context(domain))
        try file.write(changed)
        sealed = changed
        passwords.withLock { $0[domain] = password }
    }

    private static func context(_ domain: String) -> SealingContext { SealingContext(instance: "manager", field: "domain/\(domain)") }
}
