// `gyr api METHOD PATH`: any operation of the REST API (CLI-60).
#include <fmt/format.h>

#include <algorithm>

#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/errors.h"

namespace gyr::cli {
namespace {

class ApiCommand final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("METHOD", method_, "GET, POST, PUT, PATCH, DELETE or HEAD");
    arguments.positional("PATH", path_, "path below /api/v1/TENANT/, or a whole path that begins with a slash");
    arguments.option("-d,--data", "FILE", data_, "send this file as the body; `-` is standard input");
    arguments.option("--content-type", "TYPE", type_, "type of the body (default: application/json)");
    arguments.list("-F,--form", "NAME=VALUE", form_, "send a form; NAME=@PATH sends a file");
    arguments.accept_jq();
    client_.declare(arguments);
  }
  int run(Session& session) override {
    auto call = call_of(session.console);
    if (!call) return session.fail(call.error());
    auto answer = client_.send(*call);
    if (!answer) return session.fail(answer.error());
    std::string text = session.console.out.is_terminal() ? printable(*answer) : *answer;
    if (session.console.out.is_terminal() && !text.empty() && !text.ends_with('\n')) text += '\n';
    session.console.out.write(text);
    return exit_ok;
  }

  base::Result<ApiCall> call_of(const Console& console) const {
    if (is_missing(method_) || is_missing(path_))
      return base::fail(base::Error(wrong_usage, "METHOD and PATH are required")
                            .with_hint("for example: gyr api GET 'flows/search?size=5'"));
    std::string method = *method_;
    std::ranges::transform(method, method.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
    constexpr std::string_view methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"};
    if (std::ranges::find(methods, method) == std::end(methods))
      return base::fail(
          base::Error(wrong_usage, fmt::format("`{}` is not a valid value for METHOD", printable(*method_)))
              .with_hint(fmt::format("use one of {}", fmt::join(methods, ", "))));
    if (std::ranges::any_of(*path_, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; }))
      return base::fail(base::Error(wrong_usage, "PATH has a blank or a control character")
                            .with_hint("write it percent-encoded: %20 for a blank"));
    if (data_ && !form_.empty())
      return base::fail(
          base::Error(wrong_usage, "cannot combine `--data` with `--form`").with_hint("omit one of them"));
    ApiCall call{.method = method, .path = *path_, .timeout = std::chrono::minutes(10)};
    if (data_) {
      GYR_TRY(call.body, read_input(*data_, console));
      call.content_type = type_.value_or("application/json");
    }
    for (const std::string& field : form_) {
      const size_t at = field.find('=');
      if (at == std::string::npos || at == 0)
        return base::fail(
            wrong_usage,
            fmt::format("`{}` is not a valid value for `--form`: it must have the form NAME=VALUE", field));
      FormField part{.name = field.substr(0, at)};
      std::string value = field.substr(at + 1);
      if (value.starts_with('@')) {
        part.file = value.substr(1);
        part.file_name = part.file.substr(part.file.rfind('/') + 1);
      } else {
        part.value = std::move(value);
      }
      call.form.push_back(std::move(part));
    }
    return call;
  }

  std::optional<std::string> method_, path_, data_, type_;
  std::vector<std::string> form_;
  ApiClient client_;
};

}  // namespace

std::unique_ptr<Command> make_api() { return std::make_unique<ApiCommand>(); }

}  // namespace gyr::cli
