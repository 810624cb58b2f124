// A connector: types for a system with an HTTP interface, written in YAML (PLUG-710 to PLUG-718).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "model/bind.h"
#include "model/dynamic.h"
#include "model/schema.h"

namespace gyr::connectors {

inline constexpr base::ErrorCode bad_connector{"GYR-P060"};   ///< a connector file that makes no sense
inline constexpr base::ErrorCode request_failed{"GYR-P061"};  ///< the system answered with a failure
inline constexpr base::ErrorCode bad_property{"GYR-P062"};    ///< a property of a connector task that makes no sense

/// A template: any value with expressions in it. Rendered typed: an expression alone keeps its type.
using Template = model::Dynamic<base::Value>;

enum class PropertyKind : uint8_t { string, boolean, integer, duration, list, map, json, any, enumeration };
enum class AuthKind : uint8_t {
  header,
  query,
  basic,
  bearer,
  oauth2_password,
  oauth2_client,
  oauth2_refresh,
  jwt_bearer,
  oauth1,
  session,
};
enum class FetchType : uint8_t { none, fetch_one, fetch, store };
/// How the next page of a list is asked for.
enum class PageKind : uint8_t { link, next, cursor, number, offset };

/// A property of a task or of the connection.
struct PropertySpec {
  PropertyKind type = PropertyKind::string;
  std::string title;
  std::string documentation;
  bool required = false;
  bool secret = false;
  base::Value default_value;
  std::vector<std::string> values;  ///< of an enumeration
  bool any_case = false;            ///< of an enumeration: upper and lower case are the same
  std::string group = "main";
  static const model::Schema& schema();
};

/// One request.
struct RequestSpec {
  std::string method = "GET";
  Template url;        ///< instead of base and path
  Template path;       ///< a list of segments, each percent-encoded; a list among them adds its items
  bool slash = false;  ///< a slash ends the path
  Template query;      ///< a map; null leaves a parameter out, a list repeats it
  Template headers;    ///< a map
  Template json;       ///< the body; null entries are left out
  Template form;       ///< the body as a form
  // Other bodies; of all of them, a request has one.
  Template multipart;     ///< a map of fields: text, or a map with `file` or `content`, and `name` and `contentType`
  Template ndjson;        ///< a list whose items are lines of JSON
  Template raw;           ///< text as it is
  Template file;          ///< the address of a file, which is sent piece by piece
  Template content_type;  ///< of the body, instead of the usual one
  Template accept;        ///< from `response`; true: the answer is a success, whatever its status
  std::vector<RequestSpec> older;  ///< forms of the request for servers that answer with 404, the newest first
  static const model::Schema& schema();
};

/// How requests prove who sends them. Of several, the first counts whose `when` is absent or true.
struct AuthSpec {
  AuthKind type = AuthKind::bearer;
  Template when;
  Template name, value;              ///< header, query; `name` also of the header or cookie of a session
  Template username, password;       ///< basic, oauth2_password, and basic authentication of a login
  Template token;                    ///< bearer, oauth1; the refresh token; of a session from `response`
  Template token_url;                ///< oauth2, jwt_bearer; without it, the web token is the bearer token
  Template client_id;                ///< oauth2; of oauth1 the consumer's key
  Template client_secret;            ///< oauth2; of oauth1 the consumer's secret
  Template scope;                    ///< oauth2
  Template token_secret, method;     ///< oauth1; the method is PLAINTEXT (default) or HMAC-SHA1
  Template private_key, claims;      ///< jwt_bearer
  std::optional<RequestSpec> login;  ///< session; a new one is opened after 401
  bool cookie = false;               ///< the session is a cookie; without `token`, it is read from `Set-Cookie`
  Template lifetime;                 ///< of a session; default 15 min
  static const model::Schema& schema();
};

/// Client certificates, as PEM text.
struct TlsSpec {
  Template certificate, key;
  Template authority;  ///< trusted instead of those of the machine
  Template insecure;   ///< true: the certificate of the system is not checked
  static const model::Schema& schema();
};

/// What all requests of a connector share.
struct HttpSpec {
  Template base;     ///< the URL before the path
  Template headers;  ///< a map
  std::vector<AuthSpec> auth;
  std::optional<TlsSpec> tls;
  Template success;  ///< beyond a status below 400, from `response`; absent: the status decides
  Template error;    ///< the server's own words about a failure, from `response`
  static const model::Schema& schema();
};

/// How a list is read that comes in pages (PLUG-715). `page` is known to the request: `index` (counts from 0), `number`
/// (`first` and then one more for each page), `offset` (`first` and then one more for each row) and `cursor` (null for
/// the first page). With `number`, `offset` and `cursor` the request is built again for each page.
struct PagesSpec {
  PageKind by = PageKind::link;
  Template rows;   ///< the rows of one page, from `response`
  Template next;   ///< by next: the address of the next page; by cursor: its cursor; null or empty: no further page
  Template first;  ///< by number (default 1) and offset (default 0)
  Template size;   ///< by number and offset: rows of a full page; a shorter one is the last one
  Template total;  ///< number of all rows, from `response`; null: unknown
  Template limit;  ///< reading ends after so many rows; null: all rows are read
  int64_t max_pages = 10'000;       ///< more are an error
  std::optional<int64_t> max_rows;  ///< more are an error; absent: 100,000, and no limit for rows that are stored
  static const model::Schema& schema();
};

/// Work that goes on after the request that starts it (PLUG-716). Its requests know `job`: `id`, `key` (the same for
/// every attempt to start it) and `state`. Its position is kept, so that another worker waits for the same job.
struct JobSpec {
  std::optional<RequestSpec> start;
  bool idempotent = false;            ///< the system starts one job for all requests with the same `job.key`
  Template id;                        ///< of the job, from the answer to `start`
  std::optional<RequestSpec> lookup;  ///< asked if it is not known whether the job was started
  Template found;                     ///< the id of the job, from the answer to `lookup`; null: it was not started
  std::optional<RequestSpec> poll;
  Template state;                                        ///< from the answer to `poll`
  std::vector<std::string> success, failure, cancelled;  ///< the last states; with any other, the job goes on
  Template message;                                      ///< the reason of a state, from the answer to `poll`
  Template interval;                                     ///< duration between two polls; default 10 s
  double backoff = 1;                                    ///< the next interval is so many times as long, up to
  Template max_interval;
  Template timeout;                 ///< of the wait; default 1 h
  Template wait;                    ///< false: the job is started, and that is all
  std::optional<RequestSpec> kill;  ///< when the task is killed or the time is over
  static const model::Schema& schema();
};

/// One step of a task (PLUG-717). What it does is one of `request`, `job`, `assert`, `set`, `switch`, `steps` and
/// `call`. Its result is `steps.ID`: of a request or job `status`, `headers`, `body`.
struct StepSpec {
  std::string id;
  Template condition;       ///< `if`: skipped unless absent or true
  Template foreach_items;   ///< `foreach`: done for each `item`, and the result is the list of the results
  int64_t concurrency = 1;  ///< of `foreach`: how many items at the same time
  std::optional<RequestSpec> request;
  std::optional<PagesSpec> pages;  ///< of a request: `steps.ID.rows` has all rows, unless `fetch` takes them
  std::optional<JobSpec> job;      ///< its result also has `job`
  Template assert_that;            ///< `assert`: fails the task unless true
  Template message;                ///< of `assert`
  Template set;                    ///< the result is this value
  Template switch_on;              ///< `switch`: the case with this name is done, otherwise `default`
  std::map<std::string, std::vector<StepSpec>> cases;
  std::vector<StepSpec> otherwise;  ///< `default` of a switch
  std::vector<StepSpec> steps;      ///< a group; with `foreach`, an item's result is the map of their results
  std::string call;                 ///< another type of the connector; the result is its outputs
  Template with;                    ///< of `call`: its properties
  Template log;                     ///< one line at INFO for what was changed
  static const model::Schema& schema();
};

/// One output of a task.
struct OutputSpec {
  model::ValueType type = model::ValueType::any;
  std::string title;
  Template value;
  static const model::Schema& schema();
};

/// Gives a task the property `fetchType` (PLUG-6).
struct FetchSpec {
  Template rows;                ///< a list; or
  std::string step;             ///< the step with `pages` whose rows go to their place page by page
  std::string output = "rows";  ///< name of the output with all rows
  std::string one = "row";      ///< name of the output with the first row
  bool one_as_list = false;     ///< the first row is a list of one
  FetchType default_type = FetchType::fetch;
  static const model::Schema& schema();
};

/// A recorded exchange (PLUG-722).
struct ExchangeSpec {
  base::Value request;   ///< `method`, `url`, and as far as they matter `headers`, `json`, `form`
  base::Value response;  ///< `status`, `headers`, `json` or `text`; `lost`: the request arrives, and no answer comes
  static const model::Schema& schema();
};

/// A test of a type (PLUG-722): what a task with these properties asks and gives.
struct TestSpec {
  std::string name;
  base::Value properties;
  std::vector<ExchangeSpec> exchanges;
  std::optional<base::Value> outputs;  ///< what a success gives
  std::string error;                   ///< part of the message of a failure
  static const model::Schema& schema();
};

/// One type of tasks.
struct ElementSpec {
  std::string type;
  std::vector<std::string> aliases;
  std::string title;
  std::string documentation;
  std::map<std::string, PropertySpec> properties;
  std::vector<std::vector<std::string>> at_least_one_of;
  std::vector<StepSpec> steps;
  std::map<std::string, OutputSpec> outputs;
  std::optional<FetchSpec> fetch;
  std::string example;  ///< YAML of a task
  std::vector<TestSpec> tests;
  static const model::Schema& schema();
};

/// A whole file.
struct Definition {
  std::string connector;
  std::string title;
  int64_t version = 1;
  std::map<std::string, PropertySpec> connection;
  std::vector<std::vector<std::string>> at_least_one_of;  ///< of the connection
  HttpSpec http;
  std::vector<ElementSpec> elements;
  /// Null if it has no such type.
  const ElementSpec* find(std::string_view type) const;
  static const model::Schema& schema();
};

}  // namespace gyr::connectors

namespace gyr::model {

GYR_NAMED_ENUM(connectors::PropertyKind, "property type");
GYR_NAMED_ENUM(connectors::AuthKind, "authentication");
GYR_NAMED_ENUM(connectors::PageKind, "paging");
GYR_NAMED_ENUM(connectors::FetchType, "io.kestra.core.models.tasks.common.FetchType");
template <>
struct EnumNames<ValueType> {
  static std::span<const std::pair<std::string_view, ValueType>> names();
  static std::string_view type_name() { return "output type"; }
};

}  // namespace gyr::model
