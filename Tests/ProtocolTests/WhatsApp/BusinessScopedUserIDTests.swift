import Protocol
import Testing

@Suite struct BusinessScopedUserIDTests {
    @Test(
        "A business-scoped user ID is known by its form",
        arguments: ["DE.77", "US.13491208655302741918", "BR.aZ9", "DE." + String(repeating: "a", count: 128)])
    func valid(text: String) {
        #expect(WhatsApp.isBusinessScopedUserID(text))
        #expect(!WhatsApp.isParentBusinessScopedUserID(text))
    }

    @Test("A parent is both", arguments: ["DE.ENT.7", "US.ENT.11815799212886844830"])
    func parent(text: String) {
        #expect(WhatsApp.isBusinessScopedUserID(text))
        #expect(WhatsApp.isParentBusinessScopedUserID(text))
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", "DE", "DE.", "de.77", "D1.77", "DEU.77", "4917600", "+4917600", "DE.7-7", "DE.ENT.", "DE.ENT.ENT.7", "DE.ü",
            "DE." + String(repeating: "a", count: 129),
        ]
    )
    func invalid(text: String) {
        #expect(!WhatsApp.isBusinessScopedUserID(text))
        #expect(!WhatsApp.isParentBusinessScopedUserID(text))
    }
}
