import Bridge
import Protocol

extension WhatsApp.ContactCard {
    /// The card as a file: as WhatsApp gave it, or made from what it says.
    var file: CustomerFile {
        let text = vcard.flatMap { $0.uppercased().contains("BEGIN:VCARD") ? $0 : nil } ?? VCard.text(for: card)
        return CustomerFile(source: .text(text), name: (card.displayName ?? "contact") + ".vcf", mimeType: "text/vcard")
    }

    private var card: ContactCard {
        var card = ContactCard(formattedName: formattedName ?? "")
        card.givenName = firstName
        card.familyName = lastName
        card.phones = phones.compactMap { phone in
            (phone.phone ?? phone.waID).map { ContactCard.Phone(number: $0, type: phone.type, waID: phone.waID) }
        }
        card.emails = emails.compactMap { email in email.value.map { ContactCard.Link(address: $0, type: email.type) } }
        card.urls = urls.compactMap { url in url.value.map { ContactCard.Link(address: $0, type: url.type) } }
        card.addresses = addresses.map {
            ContactCard.Address(
                street: $0.street, city: $0.city, state: $0.state, zip: $0.zip, country: $0.country, countryCode: $0.countryCode, type: $0.type)
        }
        card.organization = organization?.company
        card.department = organization?.department
        card.title = organization?.title
        card.birthday = birthday
        return card
    }
}
