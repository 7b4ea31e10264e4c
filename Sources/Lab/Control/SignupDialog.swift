import NIOCore
import NIOHTTP1
import Transport

/// The sign-up dialog and the stand-in of the Facebook SDK that opens it: `GET /meta/sdk.js`, `/meta/dialog`, `/meta/dialog/choices`,
/// `POST /meta/dialog/prepare` and `/meta/dialog/finish`.
struct SignupDialog: Sendable {
    static let prefix = "/meta/"

    let lab: Lab

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        switch (request.method, request.path) {
        case (.GET, "/meta/dialog/choices"): return attempt { try choices(request.query["client_id"] ?? "", request.query["config_id"] ?? "") }
        case (.POST, "/meta/dialog/prepare"): return await post(request, prepare)
        case (.POST, "/meta/dialog/finish"): return await post(request, finish)
        case (.GET, _): return LabPages(lab: lab).page(for: request) ?? .text(.notFound, "not found")
        default: return .text(.notFound, "not found")
        }
    }

    private func post(_ request: HTTPRequest, _ perform: (LabJSON) throws -> LabJSON) async -> HTTPResponse {
        // Browsers send this type across origins only after a preflight, which nobody answers here.
        guard request.headers.first(name: "Content-Type")?.hasPrefix("application/json") == true else {
            return ControlAPI.json(.unsupportedMediaType, ["error": "Content-Type must be application/json."])
        }
        guard let body = try? await request.body.collect(upTo: 16_384), let arguments = try? LabJSON(parsing: body.readableBytesView) else {
            return ControlAPI.json(.badRequest, ["error": "The body must be a JSON object."])
        }
        return attempt { try perform(arguments) }
    }

    private func attempt(_ perform: () throws -> LabJSON) -> HTTPResponse {
        do {
            return ControlAPI.json(.ok, try perform())
        } catch let error as LabError {
            return ControlAPI.json(.badRequest, ["error": .string(error.description)])
        } catch {
            return ControlAPI.json(.internalServerError, ["error": "It failed."])
        }
    }

    /// What can be chosen, and how the dialog gives its result.
    private func choices(_ client: String, _ configuration: String) throws -> LabJSON {
        _ = try lab.meta.app(client: client, configuration: configuration)
        let options = lab.meta.signupOptions
        return [
            "app": .string(lab.meta.signupApp.name), "order": .string(options.order.rawValue), "sendsObjects": .bool(options.sendsObjects),
            "accounts": .array(
                lab.meta.accounts.map { account in
                    [
                        "id": .string(account.id), "name": .string(account.name), "joined": .bool(lab.meta.joinedAccounts.contains(account.id)),
                        "numbers": .array(
                            lab.meta.allNumbers.filter { ($0.account ?? lab.configuration.waba) == account.id }.map { number in
                                [
                                    "id": .string(number.id), "display": .string(number.displayNumber), "name": .string(number.verifiedName),
                                    "verified": .bool(number.registration.isVerified), "businessApp": .bool(number.registration.isOnBusinessApp),
                                ]
                            }),
                    ]
                }),
        ]
    }

    private func prepare(_ arguments: LabJSON) throws -> LabJSON {
        let app = try lab.meta.app(client: arguments["client_id"]?.string ?? "", configuration: arguments["config_id"]?.string ?? "")
        let new = arguments["newNumber"].map { new in
            MetaSignupChoice.NewNumber(
                display: (new["display"]?.string ?? "").filter { $0.isASCII && $0.isNumber }, name: new["name"]?.string ?? "")
        }
        let result = try lab.meta.prepare(
            MetaSignupChoice(
                account: arguments["account"]?.string ?? "", number: arguments["number"]?.string, newNumber: new,
                takesBusinessApp: arguments["featureType"]?.string == MetaCore.businessAppFeature), app: app)
        return ["code": .string(result.code), "event": .string(result.event), "data": result.data]
    }

    private func finish(_ arguments: LabJSON) throws -> LabJSON {
        try lab.meta.handOut(code: arguments["code"]?.string ?? "")
        return ["ok": true]
    }
}
