/// Which messages a colleague's post becomes, in order.
public enum OutgoingPlan {
    /// The most that a text below a file may hold, in UTF-16 units (WhatsApp, Request).
    public static let captionLimit = 1_024

    /// The messages of a post; none if there is nothing in it to send.
    ///
    /// A short text goes below the first file; a longer one, in parts, before the files. Places that the text names follow at the end.
    public static func contents(ofHTML html: String, files: [ConnectFile]) -> [OutgoingContent] {
        let (text, places) = GeoLink.extract(fromConnect: html)
        let isCaption = !files.isEmpty && !text.isEmpty && text.utf16.count <= captionLimit
        let texts = isCaption ? [] : TextSplitter.parts(of: text, limit: WhatsAppText.messageLimit, unit: .utf16)
        return texts.map(OutgoingContent.text)
            + files.enumerated().map { index, file in
                .file(OutgoingFile(source: file), caption: isCaption && index == 0 ? text : nil)
            }
            + places.map(OutgoingContent.location)
    }

    /// When Connect is asked again for the files of a post that has neither text nor files yet, from one time to the next.
    public static let waits: [Duration] = [.seconds(2), .seconds(5), .seconds(15)]
}
