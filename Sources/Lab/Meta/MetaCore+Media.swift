extension MetaCore {
    /// The path of all download addresses, below the Graph API's base URL.
    static let downloadPath = "/whatsapp_business/attachments/"
    private static let urlLifetime: Int64 = 5 * 60_000

    /// Where a media ID leads for a while.
    struct MediaURL: Sendable, Equatable {
        var mediaID: String
        /// Milliseconds since 1970 UTC.
        var expiry: Int64
    }

    /// Puts a file under a new ID.
    mutating func addMedia(_ file: LabFile, mimeType: String, name: String?, numberID: String, isUpload: Bool, now: Int64) -> MetaMedia {
        var id = random.digits(15)
        while media[id] != nil || allAccounts.contains(where: { $0.id == id }) || numbers.contains(where: { $0.id == id }) { id = random.digits(15) }
        let added = MetaMedia(id: id, numberID: numberID, mimeType: mimeType, name: name, file: file, isUpload: isUpload, at: now)
        media[id] = added
        return added
    }

    /// What is known and not over.
    func livingMedia(_ id: String, now: Int64) -> MetaMedia? { media[id].flatMap { now < $0.expiry ? $0 : nil } }

    /// An address of a file from the given moment on; nil as long as nobody listens.
    mutating func makeURL(of mediaID: String, from moment: Int64, lifetime: Int64 = urlLifetime) -> String? {
        guard let baseURL else { return nil }
        // What ended long ago is cleared away now and then.
        if mediaURLs.count % 1_024 == 1_023 { mediaURLs = mediaURLs.filter { $0.value.expiry > moment - 86_400_000 } }
        let hash = random.hex(bytes: 16)
        let expiry = moment + lifetime
        mediaURLs[hash] = MediaURL(mediaID: mediaID, expiry: expiry)
        return "\(baseURL)\(Self.downloadPath)?mid=\(mediaID)&ext=\(expiry / 1_000)&hash=\(hash)"
    }

    /// A digest as told in webhooks and responses.
    func digestText(_ file: LabFile) -> String {
        switch options.digestStyle {
        case .base64: Base64.encode(file.sha256)
        case .hexadecimal: file.digest
        case .wrong: Base64.encode(file.sha256.map { ~$0 })
        }
    }

    // MARK: Requests

    /// `GET` and `DELETE` of `/{version}/{media ID}` (WhatsApp, Resolve and download, Delete).
    mutating func media(_ request: GraphRequest, _ id: String, _ now: Int64) -> GraphReply {
        let isResolve = request.method == "GET"
        if isResolve { mediaCounts.resolves += 1 }
        let fault = isResolve ? takeMediaFault(.resolve) : nil
        switch fault {
        case .error(let error): return failure(error)
        case .page(let status): return GraphReply(kind: .page(status))
        case .hang: return GraphReply(kind: .hang)
        case .drop, .cut, .acceptThenDrop: return GraphReply(kind: .drop)
        case .expiredURL, .wrongBytes, .slow, nil: break
        }
        guard let found = livingMedia(id, now: now), request.query["phone_number_id"].map({ $0 == found.numberID }) ?? true else {
            return failure(.missingObject(id))
        }
        switch request.method {
        case "GET":
            let url = makeURL(of: id, from: now, lifetime: fault == .expiredURL ? 0 : Self.urlLifetime) ?? ""
            return .ok([
                "url": .string(url), "mime_type": .string(found.mimeType), "sha256": .string(digestText(found.file)),
                "file_size": .integer(found.file.size), "id": .string(id), "messaging_product": "whatsapp",
            ])
        case "DELETE":
            media[id] = nil
            return .success
        default: return failure(.parameter("Unsupported request"))
        }
    }

    /// `GET` of an address that was given out.
    mutating func download(_ request: GraphRequest, _ now: Int64) -> GraphReply {
        mediaCounts.downloads += 1
        let fault = takeMediaFault(.download)
        switch fault {
        case .error(let error): return failure(error)
        case .page(let status): return GraphReply(kind: .page(status))
        case .hang: return GraphReply(kind: .hang)
        case .drop, .acceptThenDrop: return GraphReply(kind: .drop)
        case .cut, .expiredURL, .wrongBytes, .slow, nil: break
        }
        if let error = authorizationError(of: request, now: now) { return failure(error) }
        guard request.method == "GET" else { return GraphReply(kind: .page(405)) }
        guard request.userAgent?.isEmpty == false else { return GraphReply(kind: .page(403)) }
        guard fault != .expiredURL, let url = request.query["hash"].flatMap({ mediaURLs[$0] }), now < url.expiry,
            url.mediaID == request.query["mid"], let found = media[url.mediaID]
        else { return GraphReply(kind: .page(404)) }
        var download = GraphReply.Download(media: found, range: options.ignoresRange ? nil : request.range)
        switch fault {
        case .cut(let percent):
            let size = found.file.size
            let part = download.range.flatMap(LabFileRange.init).map { $0.bytes(of: size) ?? 0..<0 } ?? 0..<size
            download.trouble.cutAfter = Int64(Double(part.count) * Double(min(max(percent, 0), 100)) / 100)
        case .wrongBytes: download.trouble.altersByte = true
        case .slow(let rate): download.trouble.bytesPerSecond = max(rate, 1)
        default: break
        }
        return GraphReply(kind: .file(download))
    }

    /// Takes the next fault of a step.
    mutating func takeMediaFault(_ step: MetaMediaFault.Step) -> MetaMediaFault.Kind? {
        guard let index = mediaFaults.firstIndex(where: { $0.step == step }) else { return nil }
        if mediaFaults[index].skipping > 0 {
            mediaFaults[index].skipping -= 1
            return nil
        }
        let kind = mediaFaults[index].kind
        mediaFaults[index].times -= 1
        if mediaFaults[index].times <= 0 { mediaFaults.remove(at: index) }
        return kind
    }

    // MARK: Uploads

    /// What a form brought.
    struct UploadForm: Sendable, Equatable {
        var fields: [String: String] = [:]
        /// The name in the file's part.
        var fileName: String?
        /// The type in the file's part.
        var contentType: String?
        var file: LabFile?
        /// Whether it is a WebP picture that moves.
        var isAnimated = false
    }

    /// The number that an upload is for, if `/{version}/{phone number ID}/media` names one and the sender may use it.
    mutating func uploadNumber(_ request: GraphRequest, _ now: Int64) -> Result<MetaNumber, MetaError> {
        mediaCounts.uploads += 1
        if let error = authorizationError(of: request, now: now) { return .failure(error) }
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count == 3, isVersion(parts[0]) else { return .failure(.parameter("Unknown path components")) }
        guard let number = numbers.first(where: { $0.id == parts[1] }), reaches(account(of: number), request) else {
            return .failure(.missingObject(parts[1]))
        }
        return .success(number)
    }

    /// Takes a file, or says what is wrong with it (WhatsApp, Upload).
    mutating func upload(_ form: UploadForm, _ number: MetaNumber, _ now: Int64) -> GraphReply {
        guard form.fields["messaging_product"] == "whatsapp" else { return failure(.parameter("messaging_product must be whatsapp")) }
        guard let file = form.file else { return failure(.parameter("The parameter file is required")) }
        guard let mimeType = form.fields["type"].flatMap({ $0.isEmpty ? nil : $0 }) ?? form.contentType else {
            return failure(.parameter("The parameter type is required"))
        }
        if MetaMediaClass.essence(of: mimeType) == "audio/opus" || form.fileName?.lowercased().hasSuffix(".opus") == true {
            return failure(MetaError(code: 131_053, details: "Opus is taken in an Ogg container only, as audio/ogg and .ogg"))
        }
        guard let kind = MetaMediaClass.of(mimeType, takesUnlisted: options.takesUnlistedDocuments) else {
            return failure(MetaError(code: 131_053, details: "Files of type \(mimeType) are not supported"))
        }
        guard file.size > 0 else { return failure(.parameter("The file is empty")) }
        guard file.size <= kind.maximumSize(isAnimated: form.isAnimated) else {
            return failure(MetaError(code: 131_053, details: "A file of \(file.size) bytes is too large for \(kind.rawValue)"))
        }
        let added = addMedia(file, mimeType: mimeType, name: form.fileName, numberID: number.id, isUpload: true, now: now)
        uploads.append(MetaUpload(id: added.id, numberID: number.id, mimeType: mimeType, name: form.fileName, file: file, at: now))
        return .ok(["id": .string(added.id)])
    }
}

extension MetaError: Error {}
