#include "base/error.h"

#include <fmt/format.h>

namespace gyr::base {

Error::Error(ErrorCode code, std::string message) {
  auto data = std::make_shared<Data>();
  data->code = code;
  data->message = std::move(message);
  data_ = std::move(data);
}

Error Error::with_place(Place place) const {
  auto data = std::make_shared<Data>(*data_);
  data->place = std::move(place);
  data->has_place = true;
  return Error(std::move(data));
}

Error Error::with_hint(std::string hint) const {
  auto data = std::make_shared<Data>(*data_);
  data->hint = std::move(hint);
  return Error(std::move(data));
}

Error Error::with_cause(Error cause) const {
  auto data = std::make_shared<Data>(*data_);
  data->cause = std::make_shared<const Error>(std::move(cause));
  return Error(std::move(data));
}

Error Error::with_prefix(std::string_view prefix) const {
  auto data = std::make_shared<Data>(*data_);
  data->message.insert(0, prefix);
  return Error(std::move(data));
}

std::string Error::to_string() const {
  if (const Place* where = place()) {
    return fmt::format("{}:{}:{}: {} [{}]", where->file, where->line, where->column, message(), code().text);
  }
  return fmt::format("{} [{}]", message(), code().text);
}

}  // namespace gyr::base
