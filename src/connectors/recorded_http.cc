#include "connectors/recorded_http.h"

#include "base/text.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::connectors {
namespace {

using base::Value;

/// As the client would send it.
std::string sent_header(const net::ClientRequest& request, std::string_view name) {
  if (auto given = request.headers.get(name)) return std::string(*given);
  if (!base::equals_ignoring_case(name, "Authorization")) return {};
  if (!request.bearer.empty()) return "Bearer " + request.bearer;
  if (request.basic_user.empty()) return {};
  return "Basic " + base::base64_encode(fmt::format("{}:{}", request.basic_user, request.basic_password));
}

}  // namespace

base::Task<base::Result<net::ClientResponse>> RecordedHttp::send(net::ClientRequest request, base::CancelToken) {
  if (exchanges_.empty()) {
    tell(fmt::format("the connector has no recorded exchange for the request {} {}", request.method, request.url));
    co_return base::fail(net::connection_failed, "no exchange is recorded");
  }
  const ExchangeSpec exchange = std::move(exchanges_.front());
  exchanges_.pop_front();
  compare(exchange.request, request);
  if (exchange.response.find("lost") != nullptr) co_return base::fail(net::connection_failed, "the connection was cut");
  net::ClientResponse response;
  const Value* status = exchange.response.find("status");
  response.status = status != nullptr && status->is_integer() ? static_cast<int>(status->as_integer()) : 200;
  if (const Value* headers = exchange.response.find("headers"); headers != nullptr && headers->is_map()) {
    for (const auto& entry : headers->entries())
      response.headers.add(std::string(entry.name()), expression::to_text(entry.value));
  }
  if (const Value* json = exchange.response.find("json")) response.body = syntax::write_json(*json);
  if (const Value* text = exchange.response.find("text")) response.body = expression::to_text(*text);
  response.body_bytes = response.body.size();
  co_return response;
}

base::Task<base::Result<net::StreamedResponse>> RecordedHttp::open(net::ClientRequest, base::CancelToken) {
  co_return base::fail(net::connection_failed, "exchanges are not streamed");
}

std::string RecordedHttp::problem() const {
  if (!problem_.empty() || exchanges_.empty()) return problem_;
  return fmt::format("{} recorded requests were not made", exchanges_.size());
}

void RecordedHttp::compare(const Value& expected, const net::ClientRequest& request) {
  auto text = [&](std::string_view key) {
    const Value* value = expected.find(key);
    return value == nullptr ? std::string() : expression::to_text(*value);
  };
  if (text("method") != request.method || text("url") != request.url) {
    tell(fmt::format("the request is {} {}, not {} {}", request.method, request.url, text("method"), text("url")));
  }
  if (const Value* json = expected.find("json")) {
    auto sent = syntax::parse_json(request.body);
    const std::string wanted = syntax::write_json(*json);
    auto normal = syntax::parse_json(wanted);
    if (!sent || !normal || !(*sent == *normal)) tell(fmt::format("the body is {}, not {}", request.body, wanted));
  }
  if (const Value* form = expected.find("form"); form != nullptr && text("form") != request.body)
    tell(fmt::format("the body is {}, not {}", request.body, text("form")));
  if (const Value* raw = expected.find("text"); raw != nullptr && text("text") != request.body)
    tell(fmt::format("the body is {}, not {}", request.body, text("text")));
  if (const Value* parts = expected.find("multipart")) {
    base::ListBuilder sent;
    for (const auto& part : request.multipart) {
      sent.push(Value::string(part.file_name.empty() ? fmt::format("{}={}", part.name, part.value)
                                                     : fmt::format("{}=@{}", part.name, part.file_name)));
    }
    const Value all = sent.build();
    if (!(all == *parts))
      tell(fmt::format("the parts are {}, not {}", syntax::write_json(all), syntax::write_json(*parts)));
  }
  const Value* headers = expected.find("headers");
  if (headers == nullptr || !headers->is_map()) return;
  for (const auto& header : headers->entries()) {
    const std::string wanted = expression::to_text(header.value);
    const std::string sent = sent_header(request, header.name());
    if (sent != wanted) tell(fmt::format("the header {} is `{}`, not `{}`", header.name(), sent, wanted));
  }
}

void RecordedHttp::tell(std::string problem) {
  if (problem_.empty()) problem_ = std::move(problem);
}

}  // namespace gyr::connectors
