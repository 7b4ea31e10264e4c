/// Finds the customer behind a set of aliases.
///
/// Strongest first: business-scoped user ID, parent ID, group, phone, phone in its other spelling. Names and usernames never identify
/// anyone (WhatsApp, Identity: BSUID and usernames).
public enum Identification {
    /// What to do with a sender.
    public enum Decision: Equatable, Sendable {
        /// Nobody is known under these aliases.
        case new
        /// The sender is this customer, who gets the aliases given here (and anybody else loses them).
        case known(Customer.ID, gains: Set<Alias>)
    }

    /// Decides who the sender is.
    /// - Parameters:
    ///   - aliases: what the message says of its sender.
    ///   - candidates: the customers that have any of `searched(aliases)`.
    ///   - isInConversation: whether a customer already has a conversation with the number.
    public static func decide(
        aliases: [Alias],
        candidates: [Customer],
        isInConversation: (Customer.ID) throws -> Bool
    ) rethrows -> Decision {
        var matches: [Customer] = []
        for kind in [Alias.Kind.businessScopedUserID, .parentBusinessScopedUserID, .group] {
            for alias in aliases where alias.kind == kind {
                matches += candidates.filter { $0.aliases.contains(alias) }
            }
        }
        let given = Set(aliases)
        for alias in aliases where alias.kind == .phone {
            let spellings = phoneSpellings(alias)
            matches += candidates.filter { candidate in
                // A phone is handed on between people, a business-scoped user ID is not: another one means another person.
                !spellings.isDisjoint(with: candidate.aliases) && !hasOther(.businessScopedUserID, in: candidate, than: given)
            }
        }
        guard let strongest = matches.first else { return .new }
        // Two halves of one person, the phone known earlier than the ID: whoever is in conversation already goes on.
        let other = matches.first { $0.id != strongest.id }
        if let other, try !isInConversation(strongest.id), try isInConversation(other.id) {
            return .known(other.id, gains: given.subtracting(other.aliases))
        }
        return .known(strongest.id, gains: given.subtracting(strongest.aliases))
    }

    /// All aliases to search for: those given, and other spellings of the phone.
    public static func searched(_ aliases: [Alias]) -> [Alias] {
        var result = aliases
        for alias in aliases where alias.kind == .phone {
            result += phoneSpellings(alias).subtracting(aliases).sorted { $0.value < $1.value }
        }
        return result
    }

    /// The spellings under which WhatsApp shows one phone: Brazil's ninth digit, Mexico's 521, Argentina's 549.
    static func phoneSpellings(_ alias: Alias) -> Set<Alias> {
        let digits = alias.value
        var spellings: Set<Alias> = [alias]
        func add(_ text: String) { spellings.insert(.phone(text)) }
        if digits.hasPrefix("55") {
            let area = digits.dropFirst(2).prefix(2)
            let local = digits.dropFirst(4)
            if local.count == 9, local.first == "9" { add("55\(area)\(local.dropFirst())") }
            if local.count == 8 { add("55\(area)9\(local)") }
        } else if digits.hasPrefix("521"), digits.count == 13 {
            add("52\(digits.dropFirst(3))")
        } else if digits.hasPrefix("52"), digits.count == 12 {
            add("521\(digits.dropFirst(2))")
        } else if digits.hasPrefix("549"), digits.count == 13 {
            add("54\(digits.dropFirst(3))")
        } else if digits.hasPrefix("54"), digits.count == 12 {
            add("549\(digits.dropFirst(2))")
        }
        return spellings
    }

    private static func hasOther(_ kind: Alias.Kind, in customer: Customer, than given: Set<Alias>) -> Bool {
        let own = customer.aliases.filter { $0.kind == kind }
        let theirs = given.filter { $0.kind == kind }
        return !own.isEmpty && !theirs.isEmpty && own.isDisjoint(with: theirs)
    }
}
