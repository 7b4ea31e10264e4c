import Bridge

/// Both directions of a text: messages and posts within their limits, and in posts no tag and no attribute but ours.
func fuzzHTML(_ bytes: [UInt8]) throws(Broken) {
    let text = String(decoding: bytes, as: UTF8.self)
    let messages = WhatsAppText.messages(fromConnect: text)
    try hold(messages.allSatisfy { !$0.isEmpty && $0.utf16.count <= WhatsAppText.messageLimit }, "a message is empty or too long")
    try hold(messages.reduce(0) { $0 + $1.utf8.count } <= 16 * text.utf8.count + 64, "messages are much longer than the post")
    let posts = ConnectMarkup.posts(fromWhatsApp: text)
    for post in posts {
        try hold(post.utf8.count <= ConnectMarkup.postLimit, "a post is too long")
        try checkMarkup(post)
    }
    try checkMarkup(ConnectMarkup.escaped(text))
    try checkMarkup(ConnectMarkup.linked(text))
    try checkMarkup(ConnectMarkup.post(sender: text, html: "", lines: [text]))
    let plain = ConnectMarkup.plainText(of: text)
    try hold(plain.utf8.count <= 8 * text.utf8.count + 64, "the words are much longer than the post")
}

/// Fails unless each `<` begins one of the tags that may be there, all are closed, and addresses are of the web.
private func checkMarkup(_ html: String) throws(Broken) {
    let bytes = Array(html.utf8)
    var open: [String] = []
    var index = 0
    while index < bytes.count {
        if bytes[index] == UInt8(ascii: ">") { throw Broken("there is a > outside of a tag") }
        guard bytes[index] == UInt8(ascii: "<") else {
            index += 1
            continue
        }
        guard let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) else { throw Broken("a tag does not end") }
        let tag = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        index = end + 1
        if tag == "br" { continue }
        if tag.utf8.first == UInt8(ascii: "/") {
            try hold(open.popLast().map { Array($0.utf8) } == Array(tag.utf8.dropFirst()), "a tag is closed that is not open")
        } else if tag.utf8.starts(with: "a ".utf8) {
            // By bytes: a mark that joins the one before would hide it from a comparison of characters.
            let address = Array(tag.utf8.dropFirst(8).dropLast())
            let isOurs = tag.utf8.starts(with: "a href=\"".utf8) && tag.utf8.last == UInt8(ascii: "\"") && !address.contains(UInt8(ascii: "\""))
            try hold(isOurs, "an attribute is not ours")
            let lowercased = String(decoding: address, as: UTF8.self).lowercased().utf8
            try hold(lowercased.starts(with: "http://".utf8) || lowercased.starts(with: "https://".utf8), "an address is not of the web")
            open.append("a")
        } else {
            try hold(["b", "i", "ul", "ol", "li"].contains(tag), "a tag is not ours")
            open.append(tag)
        }
    }
    try hold(open.isEmpty, "a tag is not closed")
}

/// The facts of a file, from its bytes; its name, from the same bytes; and the contact cards in it.
func fuzzFile(_ bytes: [UInt8]) throws(Broken) {
    let text = String(decoding: bytes.prefix(1_024), as: UTF8.self)
    let facts = FileFacts(head: bytes, tail: bytes, size: Int64(bytes.count), name: text)
    _ = OutgoingFileRule.verdict(for: facts, name: text)
    for type in [facts.type, .unknown, .pdf, .text] {
        let name = FileName.safe(text, type: type)
        try hold(!name.isEmpty && name.utf8.count <= FileName.limit, "a name is empty or too long")
        let isPath = name.utf8.first == UInt8(ascii: ".") || name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        try hold(!isPath, "a name leads somewhere")
        try hold(name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x202E }, "a name holds what is not shown")
        try hold(FileName.safe(name, type: type).utf8.count <= FileName.limit, "a safe name made safe is too long")
    }
    let cards = VCard.cards(in: bytes)
    try hold(cards.count <= VCard.cardLimit, "more cards than there may be")
    for card in cards {
        try hold(!VCard.cards(in: VCard.text(for: card)).isEmpty || card.displayName == nil, "a card that was written cannot be read")
    }
    _ = GeoLink(text)
    let places = GeoLink.extract(from: text)
    try hold(places.places.count <= GeoLink.limit && places.rest.utf8.count <= text.utf8.count + 64, "places are more than there may be")
}
