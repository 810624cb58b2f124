#include "web/http/status.h"

#include <algorithm>
#include <array>

#include "base/edge.h"
#include "command/errors.h"
#include "engine/trigger/errors.h"
#include "host/host_service.h"
#include "host/kv_values.h"
#include "intake/starter.h"
#include "net/compression.h"
#include "net/http.h"
#include "net/multipart.h"
#include "net/url.h"
#include "security/stored_secrets.h"
#include "storage/access.h"
#include "storage/storage.h"
#include "store/store.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

struct Row {
  std::string_view code;
  StatusRule rule;
};

constexpr std::string_view argument = "Illegal argument: ";
constexpr std::string_view state = "Illegal state: ";
constexpr std::string_view entity = "Invalid entity: ";

constexpr std::array rows{
    // Our own.
    Row{bad_argument.text, {422, argument}},
    Row{missing_parameter.text, {400}},
    Row{bad_filter.text, {400, "Invalid query filters: "}},
    Row{not_found.text, {404}},
    Row{unknown_path.text, {404}},
    Row{wrong_method.text, {405}},
    Row{wrong_media_type.text, {415}},
    Row{bad_body.text, {422, argument}},
    Row{invalid_entity.text, {422, entity}},
    Row{illegal_state.text, {409, state}},
    Row{expired_value.text, {410}},
    Row{unauthenticated.text, {401}},
    Row{forbidden.text, {403}},
    Row{too_many_attempts.text, {429, {}, 1}},
    Row{too_large.text, {413}},
    Row{forbidden_path.text, {422, argument}},
    Row{invalid_bulk.text, {400}},
    Row{bad_archive.text, {422, argument}},
    Row{wrong_signature.text, {401}},
    Row{webhook_rate_exceeded.text, {429, {}, 1}},
    Row{base::unexpected_exception.text, {500}},
    // The executor.
    Row{executor::rolled_back.text, {503, {}, 1}},
    Row{executor::flow_not_found.text, {404}},
    Row{executor::flow_disabled.text, {409, state}},
    Row{executor::flow_invalid.text, {409, state}},
    Row{executor::execution_not_found.text, {404}},
    Row{executor::wrong_state.text, {409, state}},
    Row{executor::nothing_to_restart.text, {422, argument}},
    Row{executor::overloaded.text, {429, {}, 1}},
    Row{executor::flow_conflict.text, {409, state}},
    Row{executor::quarantined.text, {409, state}},
    Row{executor::ignored.text, {409, state}},
    Row{executor::too_many_runs.text, {422, argument}},
    Row{executor::shutting_down.text, {503, {}, 5}},
    Row{executor::task_run_not_found.text, {404}},
    Row{executor::wrong_change.text, {422, argument}},
    Row{executor::not_terminated.text, {400}},
    Row{executor::wrong_labels.text, {422, argument}},
    Row{executor::host_refused.text, {422, argument}},
    Row{executor::missing_key.text, {404}},
    Row{executor::missing_secret.text, {422, argument}},
    Row{executor::bad_kv_value.text, {422, argument}},
    Row{executor::invalid_inputs.text, {422, entity}},
    Row{executor::checks_failed.text, {422}},
    Row{executor::trigger_not_found.text, {404}},
    Row{engine::trigger::not_locked.text, {409, state}},
    Row{engine::trigger::no_backfill.text, {400}},
    Row{engine::trigger::backfill_refused.text, {409, state}},
    // The store.
    Row{store::store_full.text, {503, {}, 30}},
    Row{store::store_read_only.text, {503, {}, 30}},
    Row{store::store_busy.text, {503, {}, 5}},
    Row{store::store_unknown.text, {503, {}, 5}},
    Row{store::store_closed.text, {503, {}, 5}},
    Row{store::lease_lost.text, {503, {}, 1}},
    Row{store::store_conflict.text, {409, state}},
    Row{store::store_stale.text, {409, state}},
    Row{store::bad_query.text, {422, argument}},
    Row{store::query_too_slow.text, {422, argument}},
    // Storage.
    Row{storage::host_file_refused.text, {403}},
    Row{storage::file_not_found.text, {404}},
    Row{security::bad_secret.text, {422, argument}},
    Row{security::secrets_read_only.text, {400}},
    Row{storage::bad_storage_uri.text, {422, argument}},
    Row{storage::storage_full.text, {503, {}, 30}},
    // Bodies and queries.
    Row{net::malformed_text.text, {422, argument}},
    Row{net::body_too_large.text, {413}},
    Row{net::form_too_large.text, {413}},
    Row{net::bad_encoding.text, {415}},
    Row{net::client_gone.text, {400}},
};

/// Families of codes for errors in the input of the caller.
constexpr std::array families{
    Row{"GYR-F", {422, entity}},            // flows
    Row{"GYR-I", {422, entity}},            // inputs
    Row{"GYR-J", {422, "Invalid json: "}},  // JSON
    Row{"GYR-Y", {422}},                    // YAML: the parser's text, with line and column
    Row{"GYR-T", {422, argument}},          // dates and durations
    Row{"GYR-X", {422, argument}},          // expressions
};

}  // namespace

StatusRule status_of(base::ErrorCode code) {
  const auto row = std::ranges::find(rows, code.text, &Row::code);
  if (row != rows.end()) return row->rule;
  const auto family =
      std::ranges::find_if(families, [code](const Row& entry) { return code.text.starts_with(entry.code); });
  return family != families.end() ? family->rule : StatusRule{};
}

std::string_view status_title(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Request Entity Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Entity";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return status >= 500 ? "Internal Server Error" : "Error";
  }
}

}  // namespace gyr::web
