// What the answers of all subjects have in common, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// The fields that clients of both generations read (API-3).
struct BulkResponse {
  uint64_t count = 0;
  std::string operation_id;
  uint64_t total_items = 0;
};

/// The answer to a request that changed this many entities.
BulkResponse bulk_response(uint64_t count, base::Instant now);

// Forms with a file; only described.
struct FileUpload;
struct FileContent;

/// An entity that a request on several of them cannot change, and why (API-45).
struct InvalidTarget {
  std::string message;
  std::string value;
  std::string property = "execution";
};

/// One broken rule, and its place.
struct ErrorDetail {
  std::string message;
  std::optional<std::string> path;
  std::optional<std::string> code;
  std::optional<uint32_t> line;
  std::optional<uint32_t> column;
};

/// A link of HAL.
struct Link {
  std::string href;
  bool templated = false;
};

/// The links of an error: the request itself.
struct ErrorLinks {
  std::vector<Link> self;
};

/// The errors again, where HAL has them.
struct EmbeddedErrors {
  std::vector<ErrorDetail> errors;
};

/// The body of every error (API-44).
struct Error {
  std::string message;
  ErrorLinks links;
  EmbeddedErrors embedded;
  std::string type = "about:blank";
  std::string title;
  int32_t status = 0;
  std::string detail;
  std::string instance;
  std::vector<ErrorDetail> errors;
  std::optional<std::string> code;
  std::optional<std::string> hint;
  std::optional<std::string> trace_id;
  std::optional<std::vector<InvalidTarget>> invalids;
  std::optional<int32_t> count;
};

}  // namespace json

template <>
struct Described<json::FileUpload> {
  static constexpr std::string_view name = "FileUpload";
  static constexpr auto fields = std::tuple(field<Bytes>("fileUpload"));
};
template <>
struct Described<json::FileContent> {
  static constexpr std::string_view name = "FileContent";
  static constexpr auto fields = std::tuple(field<Bytes>("fileContent"));
};
template <>
struct Described<json::BulkResponse> {
  static constexpr std::string_view name = "BulkResponse";
  static constexpr auto fields = std::tuple(
      field("count", &json::BulkResponse::count, {.documentation = "The number of entities", .example = "2"}),
      field("operationId", &json::BulkResponse::operation_id),
      field("totalItems", &json::BulkResponse::total_items, {.documentation = "As `count`", .example = "2"}));
};
template <>
struct Described<json::InvalidTarget> {
  using T = json::InvalidTarget;
  static constexpr std::string_view name = "InvalidTarget";
  static constexpr auto fields =
      std::tuple(field("message", &T::message), field("invalidValue", &T::value), field("property", &T::property));
};
template <>
struct Described<json::ErrorDetail> {
  static constexpr std::string_view name = "ErrorDetail";
  static constexpr auto fields = std::tuple(
      field("message", &json::ErrorDetail::message),
      field("path", &json::ErrorDetail::path, {.documentation = "The path of the field", .example = "tasks[0].id"}),
      field("code", &json::ErrorDetail::code, {.example = "GYR-W008"}), field("line", &json::ErrorDetail::line),
      field("column", &json::ErrorDetail::column));
};
template <>
struct Described<json::Link> {
  static constexpr std::string_view name = "Link";
  static constexpr auto fields =
      std::tuple(field("href", &json::Link::href), field("templated", &json::Link::templated));
};
template <>
struct Described<json::ErrorLinks> {
  static constexpr std::string_view name = "ErrorLinks";
  static constexpr auto fields = std::tuple(field("self", &json::ErrorLinks::self));
};
template <>
struct Described<json::EmbeddedErrors> {
  static constexpr std::string_view name = "EmbeddedErrors";
  static constexpr auto fields = std::tuple(field("errors", &json::EmbeddedErrors::errors));
};
template <>
struct Described<json::Error> {
  static constexpr std::string_view name = "Error";
  static constexpr auto fields = std::tuple(
      field("message", &json::Error::message, {.example = "Illegal argument: id: must not be null"}),
      field("_links", &json::Error::links), field("_embedded", &json::Error::embedded),
      field("type", &json::Error::type, {.example = "about:blank"}),
      field("title", &json::Error::title, {.example = "Unprocessable Entity"}),
      field("status", &json::Error::status, {.example = "422"}),
      field("detail", &json::Error::detail, {.documentation = "As `message` (RFC 9457)"}),
      field("instance", &json::Error::instance, {.documentation = "The path of the request"}),
      field("errors", &json::Error::errors, {.documentation = "Each broken rule with its place"}),
      field("code", &json::Error::code, {.documentation = "The code of the error", .example = "GYR-W008"}),
      field("hint", &json::Error::hint, {.documentation = "What to do next"}),
      field("traceId", &json::Error::trace_id, {.documentation = "Of an internal error, as in the log of the server"}),
      field("invalids", &json::Error::invalids,
            {.documentation = "Of a request on several entities: what is wrong with each"}),
      field("count", &json::Error::count));
};

}  // namespace gyr::web
