// One HTTP request of a task and its answer: what all HTTP tasks share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "net/http.h"
#include "plugin_api/run_context.h"
#include "plugins/core/http/address.h"
#include "plugins/core/http/http_options.h"

namespace gyr::plugins::core {

inline constexpr base::ErrorCode response_failed{"GYR-P040"};  ///< a status that counts as failure (CORE-14)

/// A request that was built from the properties, and the options that decide about its response.
struct PreparedRequest {
  net::ClientRequest request;
  HttpAddress address;
  std::string default_charset = "UTF-8";
  bool allow_failed = false;
  std::vector<int64_t> allowed_codes;
  std::vector<HttpLog> logs;
};

/// A request for which the options alone are set: the caller sets address, method and body.
base::Task<base::Result<PreparedRequest>> prepare_options(plugin::RunContext& context,
                                                          const std::optional<HttpOptions>& options);

/// Renders the properties. Files of a form are fetched into the working directory.
base::Task<base::Result<PreparedRequest>> prepare_request(plugin::RunContext& context,
                                                          const HttpProperties& properties);

/// Sends the request, and once again after 429 and 503 (CORE-14). Logs what the options request and publishes the
/// metrics. An error if there is no response, or if its status counts as a failure.
base::Task<base::Result<net::ClientResponse>> exchange(plugin::RunContext& context, PreparedRequest prepared);

/// The outputs of a request (CORE-23): `uri`, `code`, `headers`, and `body` or `encryptedBody` if there is a body
/// (null: none).
base::Task<base::Result<base::Value>> request_outputs(plugin::RunContext* context, const net::ClientResponse* response,
                                                      std::string uri, base::Value body, bool encrypt);

/// Names in lower case, in order, each with the list of its values (CORE-10).
base::Value header_lists(const net::Headers& headers);

/// The body as text: in the charset of the response, otherwise in the default charset (CORE-23).
std::string body_text(const net::ClientResponse& response, std::string_view default_charset);

/// Whether a response to this method with this status has no content at all, not even empty content.
bool has_no_content(const net::ClientResponse& response, std::string_view method);

}  // namespace gyr::plugins::core
