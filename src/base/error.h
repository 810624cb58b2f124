// Failure as a value: a code with a documentation page, a message, a position and the next step.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace gyr::base {

/// A stable name such as `GYR-F014`; every code has a page in docs/errors/ (`gyr explain CODE` prints it). Codes are
/// constants with static storage: `inline constexpr ErrorCode unknown_property{"GYR-F014"};`
struct ErrorCode {
  std::string_view text;
  friend constexpr bool operator==(const ErrorCode&, const ErrorCode&) = default;
};

/// Where in a text an error is: 1-based line and column (in characters), 0 where unknown.
struct Place {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t length = 0;  ///< characters that a caret line underlines, 0 for one
};

/// An immutable error. Copying shares it; one pointer wide, so that Result<T> stays small. Safe on any thread.
class Error {
 public:
  Error(ErrorCode code, std::string message);

  ErrorCode code() const { return data_->code; }
  const std::string& message() const { return data_->message; }
  /// What to do next; empty where the message says it all.
  const std::string& hint() const { return data_->hint; }
  const Place* place() const { return data_->has_place ? &data_->place : nullptr; }
  const Error* cause() const { return data_->cause.get(); }

  Error with_place(Place place) const;
  Error with_hint(std::string hint) const;
  Error with_cause(Error cause) const;
  /// The same error with a prefix: `prefix` + message.
  Error with_prefix(std::string_view prefix) const;

  /// `file:line:column: message`, for logs.
  std::string to_string() const;

 private:
  struct Data {
    ErrorCode code;
    std::string message;
    std::string hint;
    Place place;
    bool has_place = false;
    std::shared_ptr<const Error> cause;
  };
  explicit Error(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

/// A value or the reason there is none. Used wherever failure is part of the contract; exceptions stay in third-party
/// code.
template <class T>
using Result = std::expected<T, Error>;

/// `return fail(code, "...")` from a function that returns a Result.
inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
  return std::unexpected<Error>(Error(code, std::move(message)));
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

}  // namespace gyr::base

#define GYR_CONCAT_(a, b) a##b
#define GYR_CONCAT(a, b) GYR_CONCAT_(a, b)

/// GYR_TRY(auto x, expression): x is the value of a Result, or the function returns its error.
#define GYR_TRY(declaration, ...)                                                   \
  auto GYR_CONCAT(gyr_result_, __LINE__) = (__VA_ARGS__);                           \
  if (!GYR_CONCAT(gyr_result_, __LINE__)) [[unlikely]]                              \
    return ::gyr::base::fail(std::move(GYR_CONCAT(gyr_result_, __LINE__)).error()); \
  declaration = *std::move(GYR_CONCAT(gyr_result_, __LINE__))

/// GYR_CHECK(expression): returns the error of a Result<void> (or of a result whose value is not needed).
#define GYR_CHECK(...)                                             \
  do {                                                             \
    if (auto gyr_result = (__VA_ARGS__); !gyr_result) [[unlikely]] \
      return ::gyr::base::fail(std::move(gyr_result).error());     \
  } while (false)

/// The same inside a coroutine.
#define GYR_CO_TRY(declaration, ...)                                                   \
  auto GYR_CONCAT(gyr_result_, __LINE__) = (__VA_ARGS__);                              \
  if (!GYR_CONCAT(gyr_result_, __LINE__)) [[unlikely]]                                 \
    co_return ::gyr::base::fail(std::move(GYR_CONCAT(gyr_result_, __LINE__)).error()); \
  declaration = *std::move(GYR_CONCAT(gyr_result_, __LINE__))

#define GYR_CO_CHECK(...)                                          \
  do {                                                             \
    if (auto gyr_result = (__VA_ARGS__); !gyr_result) [[unlikely]] \
      co_return ::gyr::base::fail(std::move(gyr_result).error());  \
  } while (false)
