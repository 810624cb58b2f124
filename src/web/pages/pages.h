// Serves the web interface below `/ui/` (UI-1 to UI-5, UI-1092): the files of a pack, and the page that starts it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"
#include "web/http/services.h"
#include "web/pages/ui_pack.h"

namespace gyr::web {

/// Immutable; thread-safe.
class Pages {
 public:
  /// `context_path` is empty or `/name`, as in web::Settings.
  Pages(PageSettings settings, std::string_view context_path);

  /// The answer to a GET of `path` (without query and context path), if it is the root or below `/ui`; otherwise
  /// nothing.
  std::optional<net::ServerResponse> answer(std::string_view path, const net::Headers& request) const;
  /// Whether `path` is one that answer() answers.
  static bool is_page(std::string_view path);

 private:
  /// A text with a nonce between each two pieces.
  using Template = std::vector<std::string>;
  static Template cut(std::string_view text, std::string_view mark);
  static std::string fill(const Template& pieces, std::string_view nonce);

  net::ServerResponse page(const net::Headers& request) const;
  static net::ServerResponse file(const UiPack::File& file, const net::Headers& request);
  net::ServerResponse redirect() const;

  std::shared_ptr<const UiPack> pack_;
  std::string base_;  // ends with `/`
  Template page_, policy_;
};

}  // namespace gyr::web
