import Bridge
import Protocol

/// What people enter, checked before and after Meta is asked.
enum AccountInput {
    /// Longest access token that is taken, in bytes; Meta names no limit.
    static let longestToken = 4_096

    /// Checks what can be seen without Meta.
    static func check(_ request: AccountRequest) throws(AccountSetupFailure) {
        let isPrintable = request.token.revealedBytes.allSatisfy { (0x21...0x7E).contains($0) }
        guard !request.token.isEmpty, isPrintable, request.token.revealedBytes.count <= longestToken else {
            throw .token("This is no access token: it is empty, too long, or has spaces in it. Please copy it again from Meta's Business Manager.")
        }
        guard isID(request.account) else {
            throw .account(
                "This is no WhatsApp Business Account ID: it has digits only, and you find it in the account's settings in Meta's Business Manager.")
        }
        for number in request.numbers ?? [] where !isID(number.rawValue) {
            throw .number(
                number,
                """
                “\(MetaQuotation.plain(number.rawValue, upTo: 40))” is no Mobile Number ID: it has digits only, and is not the phone number \
                itself. You find it in WhatsApp Manager.
                """)
        }
    }

    /// The numbers that are wanted, in Meta's order.
    static func select(
        _ wanted: [PhoneNumberID]?, of account: String, among all: [GraphPhoneNumber]
    ) throws(AccountSetupFailure) -> [GraphPhoneNumber] {
        let usable = all.filter { $0.id.map(isID) == true }
        guard let wanted else {
            guard !usable.isEmpty else {
                throw .account("The WhatsApp Business Account \(account) has no phone number. Please add one in WhatsApp Manager, and try again.")
            }
            return usable
        }
        for number in wanted where !usable.contains(where: { $0.id == number.rawValue }) {
            throw .number(
                number,
                """
                The Mobile Number ID \(number.rawValue) does not belong to the WhatsApp Business Account \(account). Please check it in \
                WhatsApp Manager; it is not the phone number itself.
                """)
        }
        return usable.filter { number in wanted.contains { $0.rawValue == number.id } }
    }

    private static func isID(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count) && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
