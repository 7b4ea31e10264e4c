import NIOHTTP1
import Transport

extension ControlAPI {
    /// Takes a file: the body as it is, `name` and `type` in the query. The answer's `file` is the key to use it with.
    func takeFile(_ request: HTTPRequest) async -> HTTPResponse {
        // Browsers send this type across origins only after a preflight, which nobody answers here.
        guard request.headers.first(name: "Content-Type") == "application/octet-stream" else {
            return Self.json(.unsupportedMediaType, ["error": "Content-Type must be application/octet-stream."])
        }
        do {
            let file = try await lab.files.receive(request.body, upTo: LabUploads.maximumSize)
            let name = ConnectFileName.shown(request.query["name"] ?? "")
            let key = lab.uploads.add(LabUploads.Upload(name: name, mime: request.query["type"] ?? "", file: file))
            return Self.json(.ok, ["file": .string(key), "name": .string(name), "size": .integer(file.size)])
        } catch is LabFileStore.TooLarge {
            return Self.json(.payloadTooLarge, ["error": "A file may have 100 MB at most."])
        } catch {
            return Self.json(.badRequest, ["error": "The file did not arrive."])
        }
    }

    /// Hands out a file of a post; `path` is `posts/<post>/files/<file>`. Nil for other paths.
    func postFile(_ request: HTTPRequest, path: String) -> HTTPResponse? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "posts", parts[2] == "files", let post = UInt64(parts[1]), let id = UInt64(parts[3]) else { return nil }
        guard let file = lab.connect.file(id, of: post) else { return Self.json(.notFound, ["error": "There is no such file."]) }
        return InertFile(name: file.name, mime: file.mime, file: file.file)
            .response(from: lab.files, range: request.headers.first(name: "Range"))
    }
}

extension ControlCommand {
    /// The files of a post: the keys in `files`.
    func files(_ arguments: LabJSON) throws -> [ConnectHumanFile] {
        try (arguments["files"]?.strings ?? []).map { key in
            let upload = try lab.uploads.upload(key)
            return ConnectHumanFile(name: upload.name, mime: upload.mime, made: upload.file)
        }
    }
}
