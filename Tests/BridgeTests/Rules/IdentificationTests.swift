import Testing

@testable import Bridge

@Suite struct IdentificationTests {
    private func customer(_ id: Int64, _ aliases: Alias...) -> Customer {
        Customer(id: Customer.ID(rawValue: id), name: nil, aliases: Set(aliases))
    }

    private func decide(_ aliases: [Alias], _ known: [Customer], inConversation: Set<Int64> = []) -> Identification.Decision {
        Identification.decide(aliases: aliases, candidates: known) { inConversation.contains($0.rawValue) }
    }

    @Test("Nobody known under the aliases is somebody new")
    func new() {
        #expect(decide([.phone("1")], []) == .new)
    }

    @Test("The business-scoped user ID counts more than the phone")
    func strongest() {
        let known = [customer(1, .phone("1")), customer(2, .businessScopedUserID("DE.1"))]
        let decision = decide([.businessScopedUserID("DE.1"), .phone("1")], known)
        #expect(decision == .known(Customer.ID(rawValue: 2), gains: [.phone("1")]))
    }

    @Test("Two halves of one person: whoever is in conversation already goes on")
    func halves() {
        let known = [customer(1, .phone("1")), customer(2, .businessScopedUserID("DE.1"))]
        let decision = decide([.businessScopedUserID("DE.1"), .phone("1")], known, inConversation: [1])
        #expect(decision == .known(Customer.ID(rawValue: 1), gains: [.businessScopedUserID("DE.1")]))
    }

    @Test("A phone that another user ID writes from belongs to another person now")
    func handedOn() {
        let known = [customer(1, .businessScopedUserID("DE.1"), .phone("1"))]
        #expect(decide([.businessScopedUserID("DE.2"), .phone("1")], known) == .new)
    }

    @Test(
        "A phone is found in its other spelling",
        arguments: [
            ("5511987654321", "551187654321"), ("5215512345678", "525512345678"), ("5491112345678", "541112345678"),
        ]
    )
    func spellings(new: String, old: String) {
        #expect(Identification.searched([.phone(new)]).contains(.phone(old)))
        #expect(Identification.searched([.phone(old)]).contains(.phone(new)))
        #expect(decide([.phone(new)], [customer(1, .phone(old))]) == .known(Customer.ID(rawValue: 1), gains: [.phone(new)]))
    }

    @Test("Phones of other countries have one spelling")
    func oneSpelling() {
        #expect(Identification.searched([.phone("491760000001")]) == [.phone("491760000001")])
    }
}
