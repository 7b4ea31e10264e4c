import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import Protocol

extension GraphClient {
    /// Uploads a file to a number, for its messages. Doing it twice does no harm, so it may be repeated whatever became of it.
    ///
    /// - Parameters:
    ///   - file: the file
    ///   - name: its name; together with its content it decides what Meta takes it for
    ///   - mimeType: its MIME type, maybe with parameters
    ///   - number: the phone number ID that will send it
    ///   - credentials: what to call with
    public func upload(
        _ file: FileContent, name: String, mimeType: String, to number: String, with credentials: GraphCredentials
    ) async -> GraphResult<GraphMediaUpload> {
        guard let url = address(number, "media", with: credentials) else {
            return GraphResult(outcome: .notSent(Self.badAddress))
        }
        guard let form = MultipartForm(fields: ["messaging_product": "whatsapp", "type": mimeType], fileName: name, mimeType: mimeType) else {
            return GraphResult(outcome: .notSent("the file's MIME type is not valid"))
        }
        let client = mediaClient
        do {
            return try await IdleWatch.run(limit: configuration.uploadIdleTimeout) { watch in
                let body = UploadBody(file, prefix: form.prefix, suffix: form.suffix, watch: watch)
                var request = HTTPClientRequest(url: url)
                request.method = .POST
                request.headers = [
                    "Authorization": "Bearer \(credentials.accessToken.revealed)",
                    "Content-Type": form.contentType,
                    "Accept": "application/json",
                    "User-Agent": "whatsapp-connector",
                ]
                request.body = .stream(body, length: .known(body.length))
                do {
                    let response = try await client.execute(request, deadline: .now() + .hours(24))
                    watch.moved()
                    let answer = GraphAnswer(
                        status: response.status,
                        headers: response.headers,
                        body: try? await response.body.collect(upTo: Self.maximumAnswerSize)
                    )
                    return answer.result(
                        read: { try? GraphMediaUpload.decode($0.readableBytesView) },
                        hiding: credentials.accessToken
                    )
                } catch {
                    let phrase = GraphFailurePhrase.phrase(for: body.failure ?? error)
                    return GraphResult(outcome: body.wasTaken && body.failure == nil ? .ambiguous(phrase) : .notSent(phrase))
                }
            }
        } catch {
            return GraphResult(outcome: .ambiguous(GraphFailurePhrase.phrase(for: error)))
        }
    }
}
