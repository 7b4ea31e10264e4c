/// Decodes JSON from outside within bounds, where it stands: of a document with many small values no more is built than what is asked for.
///
/// Half of a surrogate pair and what is no UTF-8 cost no text, values that are nested too deep cost no document.
enum BoundedJSON {
    /// Decodes a body.
    ///
    /// - Parameters:
    ///   - bytes: the body as received
    ///   - maximumSize: in bytes
    /// - Throws: ``MalformedJSONBody``
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Collection<UInt8>, maximumSize: Int) throws(MalformedJSONBody) -> Value
    {
        guard bytes.count <= maximumSize else { throw .tooLarge }
        var text = Array(bytes)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        do {
            let document = try ScannedDocument(text)
            return try ScannedDecoder(value: document.root, userInfo: ValueBudget.key.map { [$0: ValueBudget()] } ?? [:]).decode(Value.self)
        } catch {
            throw .notJSON
        }
    }
}
