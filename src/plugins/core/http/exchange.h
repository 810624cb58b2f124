// One HTTP request of a task and its answer: what all HTTP tasks share.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "net/http.h"
#include "plugin/run_context.h"
#include "plugins/core/http/address.h"
#include "plugins/core/http/http_options.h"

namespace gyr::plugins::core {

inline constexpr base::ErrorCode response_failed{"GYR-P040"};  ///< a status that counts as failure (CORE-14)

/// A request made from the properties, and what decides about its answer.
struct PreparedRequest {
  net::ClientRequest request;
  HttpAddress address;
  std::string default_charset = "UTF-8";
  bool allow_failed = false;
  std::vector<int64_t> allowed_codes;
  std::vector<HttpLog> logs;
};

/// Renders the properties. Files of a form are fetched into the working directory.
base::Task<base::Result<PreparedRequest>> prepare_request(plugin::RunContext& context,
                                                          const HttpProperties& properties);

/// Sends it, again once after 429 and 503 (CORE-14), logs what is asked for and gives the metrics. An error where there
/// is no answer, or where its status counts as failure.
base::Task<base::Result<net::ClientResponse>> exchange(plugin::RunContext& context, PreparedRequest prepared);

/// What a request gives (CORE-23): `uri`, `code`, `headers`, and `body` or `encryptedBody` where there is one (null:
/// none).
base::Task<base::Result<base::Value>> request_outputs(plugin::RunContext* context, const net::ClientResponse* response,
                                                      std::string uri, base::Value body, bool encrypt);

/// Names in lower case, in order, each with the list of its values (CORE-10).
base::Value header_lists(const net::Headers& headers);

/// The body as text: in the charset of the answer, else the default one (CORE-23).
std::string body_text(const net::ClientResponse& response, std::string_view default_charset);

/// Whether an answer to this verb with this status has no content at all, not even an empty one.
bool has_no_content(const net::ClientResponse& response, std::string_view method);

}  // namespace gyr::plugins::core
