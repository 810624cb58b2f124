#include "web/server.h"

#include "base/edge.h"
#include "base/log.h"
#include "base/text.h"
#include "net/compression.h"
#include "net/header_value.h"
#include "web/executions/text.h"
#include "web/flows.h"
#include "web/http/access_log.h"
#include "web/http/answers.h"
#include "web/http/authentication.h"
#include "web/http/core.h"
#include "web/http/cors.h"
#include "web/http/document_cache.h"
#include "web/http/errors.h"
#include "web/http/management.h"
#include "web/http/request.h"
#include "web/http/request_metrics.h"
#include "web/http/security_headers.h"
#include "web/http/sessions.h"
#include "web/http/status.h"
#include "web/live/live_stream.h"
#include "web/log_view/log_index.h"
#include "web/pages/pages.h"
#include "web/routes.h"
#include "web/webhooks/guard.h"

namespace gyr::web {

Core::Core(const Services& services, Settings settings)
    : services(services),
      settings(std::move(settings)),
      routes(all_routes()),
      router(routes),
      management_routes(web::management_routes()),
      management_router(management_routes),
      authenticator(std::make_unique<Authenticator>(services.authenticator, std::make_unique<Sessions>(this->services),
                                                    this->services, this->settings)),
      management_authenticator(services.management_authenticator == nullptr
                                   ? nullptr
                                   : std::make_unique<Authenticator>(services.management_authenticator, nullptr,
                                                                     this->services, this->settings)),
      management(this->settings.management == nullptr ? std::make_shared<const ManagementSettings>(default_management())
                                                      : this->settings.management),
      cors(std::make_unique<Cors>(this->settings.cors, this->settings.url)),
      documents(std::make_unique<DocumentCache>()),
      request_metrics(std::make_unique<RequestMetrics>()),
      webhooks(std::make_unique<WebhookCounters>()),
      pages(std::make_unique<Pages>(this->settings.pages, this->settings.context_path)),
      log_indexes(std::make_unique<LogIndexes>()),
      live_streams(std::make_unique<LiveStreams>()) {}

Core::~Core() = default;

/// The way of every request: path, credentials, operation, permission, query, body, handler.
class Dispatcher {
 public:
  enum class Port : uint8_t { main, management };

  static base::Task<net::ServerResponse> serve(Core* core, base::Loop* loop, Port port, net::ServerRequest http) {
    const base::MonotonicTime begun = loop->now();
    Request request(*core, *loop, std::move(http));
    std::optional<net::ServerResponse> by_origin;
    if (port == Port::main) by_origin = core->cors->answer(request.http_);
    net::ServerResponse response;
    if (by_origin) {
      response = *std::move(by_origin);
    } else {
      Outcome outcome = co_await guarded(&request, port);
      response = outcome ? *std::move(outcome) : refusal(request, outcome.error());
      if (port == Port::main) core->cors->add_headers(request.headers(), response);
    }
    add_security_headers(response);
    net::compress_response(request.headers(), response, *loop);
    if (core->settings.access_log != nullptr) [[unlikely]]
      log_access(request, port, begun, response);
    const Route* route = request.path_ == nullptr ? nullptr : &request.route();
    core->request_metrics->add(route == nullptr ? "" : to_text(route->method), route, response.status,
                               loop->now() - begun);
    co_return response;
  }

 private:
  static void log_access(Request& request, Port port, base::MonotonicTime begun, net::ServerResponse& response) {
    const auto took = base::Duration::of_nanos((base::monotonic_now() - begun).count());
    AccessLog::add(request.settings().access_log,
                   {.request = request.http_,
                    .path = request.raw_path_,
                    .user = request.identity_.username,
                    .begun = request.services().clock.now() - took,
                    .begun_monotonic = begun,
                    .on_management_port = port == Port::management},
                   response);
  }

  static net::ServerResponse refusal(Request& request, const base::Error& error) {
    net::ServerResponse response = problem_answer(problem_of(error), &request);
    if (response.status == 401) add_challenge(request.headers(), request.settings().realm, response);
    return response;
  }

  /// An exception of a library that got this far is a failure of ours; the connection stays.
  static base::Task<Outcome> guarded(Request* request, Port port) {
    try {
      co_return co_await run(request, port);
    } catch (...) {
      co_return base::fail(internal_error, base::caught_at(base::Edge::request, "the handler of a request").message());
    }
  }

  static base::Task<Outcome> run(Request* request, Port port) {
    GYR_CO_CHECK(cut_path(*request));
    const auto method = parse_method(request->http_.method);
    if (port == Port::main && method == Method::get) {
      if (auto page = request->core_.pages->answer(request->raw_path_, request->headers())) co_return *std::move(page);
    }
    const auto match_in = [&](const Router& table) {
      return method ? table.match(*method, request->segments_) : match_any(table, request->segments_);
    };
    // One port can serve both: the paths of the endpoints then come first, so that their login counts.
    Match match;
    if (port == Port::main && request->core_.management->on_main_port) {
      match = match_in(request->core_.management_router);
      if (match.path != nullptr || match.methods != 0) port = Port::management;
    }
    const Router& router = port == Port::main ? request->core_.router : request->core_.management_router;
    if (match.path == nullptr && match.methods == 0) match = match_in(router);
    if (port == Port::main) {
      GYR_CO_CHECK(co_await authenticate(request, match));
    } else {
      GYR_CO_CHECK(co_await authenticate_management(request, match));
    }
    if (match.path == nullptr && match.methods == 0) {
      // The text of an invalid tenant has no information: the path is unknown.
      co_return base::fail(unknown_path, "Not Found: there is no resource at this path");
    }
    if (match.path == nullptr) co_return not_allowed(*request, match);
    request->path_ = match.path;
    base::maybe_throw(base::Edge::request, match.path->route->operation);
    request->first_segment_ = match.first_segment;
    request->tenant_ = match.tenant;
    const bool is_ambiguous = may_be_a_start(*request) || request->route().operation == start_operation;
    const bool may_mean_nothing = is_ambiguous && request->segments_.size() == request->first_segment_ + 3;
    if (is_rather_a_start(*request)) request->path_ = router.find(start_operation);
    Outcome outcome = co_await checked(request);
    const bool is_refused = !outcome && is_wrong_request(outcome.error());
    if (!is_refused || !may_mean_nothing) co_return outcome;
    // What is there at all comes before what is wrong with the request.
    GYR_CO_CHECK(co_await check_meaning(request));
    co_return outcome;
  }

  static base::Task<Outcome> checked(Request* request) {
    GYR_CO_TRY(request->query_, net::parse_query(request->raw_query_));
    GYR_CO_CHECK(check_query(request->route(), request->query_));
    GYR_CO_CHECK(request->authorise());
    GYR_CO_CHECK(prepare_body(*request));
    co_return co_await handle(request);
  }

  static bool is_wrong_request(const base::Error& error) {
    const int status = status_of(error.code()).status;
    return status == 400 || status == 415 || status == 422;
  }

  /// 404 where `executions/{a}/{b}` is neither an execution nor a flow (API-12).
  static base::Task<base::Result<void>> check_meaning(Request* request) {
    GYR_CO_CHECK(request->authorise());
    const std::string first(request->segments_[request->first_segment_ + 1]);
    model::FlowKey flow{request->tenant_, first, std::string(request->segments_[request->first_segment_ + 2])};
    GYR_CO_TRY(bool is_there, co_await request->read([flow, access = request->access(), id = base::Id::parse(first)](
                                                         store::Reader& reader) -> base::Result<bool> {
      if (id) {
        GYR_TRY(auto row, reader.execution(*id));
        if (row && row->execution.flow->tenant == flow.tenant) return access.may_read(row->execution.flow->namespace_);
      }
      GYR_TRY(auto row, reader.flow(flow, 0));
      return row && !row->deleted && access.may_read(flow.namespace_);
    }));
    if (!is_there) co_return base::fail(looks_like_execution_id(first) ? no_execution(first) : no_flow(flow));
    co_return base::Result<void>();
  }

  static Match match_any(const Router& router, const PathSegments& segments) {
    Match match = router.match(Method::get, segments);
    match.path = nullptr;
    return match;
  }

  static base::Result<void> cut_path(Request& request) {
    std::string_view path = request.raw_path_;
    const std::string& context = request.settings().context_path;
    if (!context.empty()) {
      const bool below = path.starts_with(context) && (path.size() == context.size() || path[context.size()] == '/');
      if (!below) return base::fail(unknown_path, "Not Found: there is no resource at this path");
      path.remove_prefix(context.size());
      request.raw_path_ = path;
    }
    return request.segments_.assign(path);
  }

  static base::Task<base::Result<void>> authenticate(Request* request, const Match& match) {
    Authenticator& authenticator = *request->core_.authenticator;
    const PathSegments& segments = request->segments_;
    const bool below_api = segments.size() >= 2 && segments[0] == "api" && segments[1] == "v1";
    if (!below_api) co_return base::Result<void>();
    GYR_CO_CHECK(co_await authenticator.refresh(&request->loop_));
    std::string buffer;
    const bool open = (match.path != nullptr && match.path->route->rule.is_open()) ||
                      authenticator.is_open(collapse_slashes(request->raw_path_, buffer));
    if (open) {
      request->identity_ = authenticator.glance(request->http_);
      request->identity_.anonymous = false;  // open operations accept anonymous callers
      co_return base::Result<void>();
    }
    GYR_CO_TRY(request->identity_, co_await authenticator.identify(&request->http_, &request->loop_));
    if (request->identity_.anonymous) co_return base::fail(unauthenticated, "Unauthorized");
    co_return base::Result<void>();
  }

  /// The login of the port, if it has one, for every path. A sensitive endpoint of a port without a login takes that of
  /// the API; where there is none, nobody can prove who he is. Then `match` is empty if the endpoint is off.
  static base::Task<base::Result<void>> authenticate_management(Request* request, Match& match) {
    const ManagementSettings& settings = *request->core_.management;
    const std::string_view endpoint =
        request->segments_.size() == 0 ? std::string_view() : std::string_view(request->segments_[0]);
    const EndpointRule& rule = settings.rule_of(endpoint);
    const bool writes = endpoint == "loggers" && settings.loggers_write_sensitive && request->http_.method == "POST";
    const bool is_sensitive = match.path != nullptr && rule.enabled && (rule.sensitive || writes);
    Authenticator* authenticator = request->core_.management_authenticator.get();
    if (authenticator == nullptr && is_sensitive) {
      authenticator = request->core_.authenticator.get();
      GYR_CO_CHECK(co_await authenticator->refresh(&request->loop_));
      if (!authenticator->required())
        co_return base::fail(unauthenticated, "this endpoint needs a login, and the server has none");
    }
    if (authenticator != nullptr) {
      GYR_CO_TRY(request->identity_, co_await authenticator->identify(&request->http_, &request->loop_));
      if (request->identity_.anonymous) co_return base::fail(unauthenticated, "Unauthorized");
    }
    if (!rule.enabled) match = Match();
    co_return base::Result<void>();
  }

  static Outcome not_allowed(Request& request, const Match& match) {
    std::string allowed;
    for (size_t i = 0; i < method_count; ++i) {
      if ((match.methods >> i & 1U) == 0) continue;
      if (!allowed.empty()) allowed += ", ";
      allowed += to_text(static_cast<Method>(i));
    }
    net::ServerResponse response = problem_answer(
        problem_of(base::Error(wrong_method, fmt::format("Method [{}] not allowed here; allowed methods: {}",
                                                         request.http_.method, allowed))),
        &request);
    response.headers.add("Allow", allowed);
    return response;
  }

  static Body body_of_type(std::string_view type) {
    if (type == "application/json" || type == "text/json" || type.ends_with("+json")) return json_body;
    if (type == "application/x-yaml" || type == "application/yaml" || type == "text/yaml" || type == "text/x-yaml")
      return yaml_body;
    if (type == "multipart/form-data") return multipart_body;
    if (type == "application/x-www-form-urlencoded") return urlencoded_body;
    if (type == "text/plain") return text_body;
    return no_body;
  }

  static base::Result<void> prepare_body(Request& request) {
    const Body accepted = request.route().body;
    if (accepted == no_body) return {};
    if (auto type = request.headers().get("Content-Type")) {
      request.media_type_ = base::to_lower_ascii(base::trim(type->substr(0, type->find(';'))));
    }
    const bool bodyless =
        !request.headers().get("Transfer-Encoding") && request.headers().get("Content-Length").value_or("0") == "0";
    const bool any =
        (accepted & any_body) != 0 || ((accepted & optional_body) != 0 && bodyless) || request.media_type_.empty();
    if (!any && (accepted & body_of_type(request.media_type_)) == 0) {
      return base::fail(wrong_media_type, fmt::format("Content Type [{}] not allowed", request.media_type_));
    }
    // Handlers have limits of their own.
    GYR_TRY(request.http_.body,
            net::decode_body(std::move(request.http_.body), request.headers().get("Content-Encoding"),
                             request.settings().limits.body_bytes));
    return {};
  }

  // API-12: `POST executions/{a}/{b}` may be an action on an execution, or the start of a flow that is named like the
  // action.

  static constexpr std::string_view start_operation = "createExecution";

  static bool may_be_a_start(const Request& request) {
    return request.route().may_mean_start && request.segments_.size() == request.first_segment_ + 3;
  }
  static bool is_rather_a_start(const Request& request) {
    return may_be_a_start(request) && !looks_like_execution_id(request.path("executionId"));
  }

  static base::Task<Outcome> handle(Request* request) {
    const auto is_missing = [](const Outcome& outcome) {
      return !outcome && status_of(outcome.error().code()).status == 404;
    };
    Outcome outcome = co_await request->route().handler(request);
    if (!is_missing(outcome) || !may_be_a_start(*request) || request->route().body != no_body) co_return outcome;
    const CompiledPath* action = std::exchange(request->path_, request->core_.router.find(start_operation));
    GYR_CO_CHECK(check_query(request->route(), request->query_));
    if (!request->authorise()) {
      request->path_ = action;
      co_return outcome;
    }
    GYR_CO_CHECK(prepare_body(*request));
    Outcome started = co_await request->route().handler(request);
    if (!is_missing(started)) co_return started;
    request->path_ = action;
    co_return outcome;
  }
};

Server::Server(const Services& services, Settings settings)
    : core_(std::make_unique<Core>(services, std::move(settings))) {}
Server::~Server() = default;

net::HttpServer::Handler Server::handler(base::Loop& loop) {
  return [core = core_.get(), &loop](net::ServerRequest request) {
    return Dispatcher::serve(core, &loop, Dispatcher::Port::main, std::move(request));
  };
}

net::HttpServer::Handler Server::management_handler(base::Loop& loop) {
  return [core = core_.get(), &loop](net::ServerRequest request) {
    return Dispatcher::serve(core, &loop, Dispatcher::Port::management, std::move(request));
  };
}

std::function<net::ServerResponse(int, std::string_view)> Server::error_response() {
  return [](int status, std::string_view message) {
    Problem problem;
    problem.status = status;
    problem.message = message.empty() ? std::string(status_title(status)) : std::string(message);
    net::ServerResponse response = problem_answer(problem, "", std::nullopt);
    add_security_headers(response);
    return response;
  };
}

std::span<const Route> Server::routes() const { return core_->routes; }

}  // namespace gyr::web
