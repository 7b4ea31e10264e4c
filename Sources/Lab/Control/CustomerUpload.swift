import NIOHTTP1
import Transport

/// A customer sends a file of the person in front of the page: `POST customer/file?customer=…&type=…` with the file's bytes as the
/// body, `Content-Type: application/octet-stream`, and `name`, `mimeType`, `caption` in the query as far as they are known.
struct CustomerUpload: Sendable {
    let lab: Lab

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        // As with JSON, browsers send this type across origins only after a preflight.
        guard request.headers.first(name: "Content-Type") == "application/octet-stream" else {
            return ControlAPI.json(.unsupportedMediaType, ["error": "Content-Type must be application/octet-stream."])
        }
        let arguments = LabJSON.object(request.query.map { LabJSON.Member($0.name, .string($0.value)) })
        do {
            let file = try await lab.files.receive(request.body, upTo: MetaMediaClass.largest)
            let customer = ControlCustomer(lab: lab)
            return ControlAPI.json(.ok, try customer.send(.file(customer.file(arguments, source: .made(file))), arguments))
        } catch is LabFileStore.TooLarge {
            return ControlAPI.json(.payloadTooLarge, ["error": "A file may have 100 MB at most."])
        } catch let error as LabError {
            return ControlAPI.json(.badRequest, ["error": .string(error.description)])
        } catch {
            return ControlAPI.json(.internalServerError, ["error": "It failed."])
        }
    }
}
