#include "web/pages/pages.h"

#include <algorithm>

#include "base/log.h"
#include "base/markup.h"
#include "base/text.h"
#include "net/header_value.h"
#include "security/random.h"
#include "web/http/sessions.h"

namespace gyr::web {
namespace {

constexpr std::string_view nonce_mark = "@GYR_NONCE@";
constexpr std::string_view folder = "/ui";
constexpr std::string_view year = "public, max-age=31536000, immutable";
constexpr std::string_view revalidate = "no-cache";

// No `unsafe-…`, and no other host: all that the interface needs comes from this server.
constexpr std::string_view policy_of_pages =
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: "
    "blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self' blob:; manifest-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for "
    "'script'";
// The script of Google Analytics loads others, which is why it cannot run with trusted types.
constexpr std::string_view policy_with_analytics =
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' https://www.googletagmanager.com; style-src 'self' "
    "'nonce-{nonce}'; img-src 'self' data: blob: https://*.google-analytics.com https://www.googletagmanager.com; "
    "font-src 'self'; connect-src 'self' https://*.google-analytics.com https://*.analytics.google.com "
    "https://www.googletagmanager.com; worker-src 'self'; frame-src 'self' blob:; manifest-src 'self'; object-src "
    "'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

constexpr std::string_view page_without_interface = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gyrfalcon</title>
</head>
<body>
<h1>Gyrfalcon is running</h1>
<p>This build does not contain the web interface. Use the command line (<code>gyr --help</code>) or the REST API, which is
described at <a href="@GYR_BASE@api/v1/openapi">@GYR_BASE@api/v1/openapi</a>.</p>
</body>
</html>
)";

std::string replaced(std::string_view text, std::string_view mark, std::string_view with) {
  std::string out;
  for (size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    out.append(text.substr(0, at)).append(with);
    text.remove_prefix(at + mark.size());
  }
  return out.append(text);
}

/// Gives the scripts and styles of an addition the nonce, without which the policy does not let them run.
std::string with_nonces(std::string_view html) {
  std::string out;
  const std::string lower = base::to_lower_ascii(html);
  size_t done = 0;
  for (size_t at = lower.find('<'); at != std::string::npos; at = lower.find('<', at + 1)) {
    for (std::string_view name : {"<script", "<style", "<link"}) {
      if (!std::string_view(lower).substr(at).starts_with(name)) continue;
      const size_t end = at + name.size();
      const bool is_element = end < lower.size() && (lower[end] == '>' || lower[end] == ' ' || lower[end] == '\n' ||
                                                     lower[end] == '\t' || lower[end] == '\r' || lower[end] == '/');
      const size_t close = lower.find('>', end);
      if (!is_element || std::string_view(lower).substr(end, close - end).contains("nonce=")) continue;
      out.append(html.substr(done, end - done)).append(" nonce=\"").append(nonce_mark).append("\"");
      done = end;
    }
  }
  return out.append(html.substr(done));
}

std::string analytics(std::string_view id) {
  return fmt::format(
      "<script async src=\"https://www.googletagmanager.com/gtag/js?id={0}\"></script>\n<script>window.dataLayer = "
      "window.dataLayer || []; function gtag() {{ dataLayer.push(arguments); }} gtag('js', new Date()); gtag('config', "
      "'{0}');</script>\n",
      id);
}

/// An id becomes part of a script, so it must not contain anything else.
bool is_measurement_id(std::string_view id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string head_of(const PageSettings& settings) {
  std::string head = settings.html_head;
  if (is_measurement_id(settings.google_analytics)) {
    head += analytics(settings.google_analytics);
  } else if (!settings.google_analytics.empty()) {
    base::log::warn("`kestra.webserver.google-analytics` has no effect: `{}` is not a measurement id",
                    settings.google_analytics);
  }
  return with_nonces(head);
}

std::string policy_of(const PageSettings& settings) {
  if (!settings.content_security_policy.empty()) return settings.content_security_policy;
  return std::string(is_measurement_id(settings.google_analytics) ? policy_with_analytics : policy_of_pages);
}

bool accepts(const std::vector<net::Weighted>& accepted, std::string_view encoding) {
  const auto named = std::ranges::find(accepted, encoding, &net::Weighted::value);
  if (named != accepted.end()) return named->thousandths > 0;
  const auto any = std::ranges::find(accepted, std::string_view("*"), &net::Weighted::value);
  return any != accepted.end() && any->thousandths > 0;
}

}  // namespace

Pages::Pages(PageSettings settings, std::string_view context_path)
    : pack_(std::move(settings.pack)), base_(std::string(context_path) + "/") {
  std::string page(pack_ == nullptr ? page_without_interface : pack_->page().raw);
  page = replaced(page, "@GYR_BASE@", base::escape_markup(base_));
  page = replaced(page, "<!--@GYR_HEAD@-->", head_of(settings));
  page_ = cut(page, nonce_mark);
  policy_ = cut(policy_of(settings), "{nonce}");
}

bool Pages::is_page(std::string_view path) {
  return path == "/" || path.empty() || path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

std::optional<net::ServerResponse> Pages::answer(std::string_view path, const net::Headers& request) const {
  if (!is_page(path)) return std::nullopt;
  if (path.size() <= folder.size()) return redirect();
  if (pack_ == nullptr) return page(request);
  const UiPack::File* found = pack_->find(path.substr(folder.size() + 1));
  return found == nullptr || found == &pack_->page() ? page(request) : file(*found, request);
}

net::ServerResponse Pages::redirect() const {
  net::ServerResponse response;
  response.status = 302;
  response.headers.add("Location", base_ + "ui/");
  return response;
}

net::ServerResponse Pages::page(const net::Headers& request) const {
  const std::string nonce = base::base64_encode(security::random_bytes(16));
  net::ServerResponse response;
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Cache-Control", std::string(revalidate));
  response.headers.add("ETag", fmt::format("\"{}\"", nonce));  // the page differs each time
  response.headers.add("Content-Security-Policy", fill(policy_, nonce));
  response.headers.add("Referrer-Policy", "same-origin");
  response.headers.add("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.add("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
  const auto session = Sessions::token_of(request);  // API-19
  response.body = replaced(fill(page_, nonce), "@GYR_CSRF@", session ? Sessions::csrf_of(*session) : "");
  return response;
}

net::ServerResponse Pages::file(const UiPack::File& file, const net::Headers& request) {
  net::ServerResponse response;
  response.headers.add("Cache-Control", std::string(file.immutable ? year : revalidate));
  response.headers.add("ETag", file.tag);
  response.headers.add("Vary", "Accept-Encoding");
  if (auto known = request.get("If-None-Match"); known && net::names_etag(*known, file.tag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", file.type);
  const auto accepted = net::parse_weighted(request.get("Accept-Encoding").value_or(""));
  if (!file.brotli.empty() && accepts(accepted, "br")) {
    response.headers.add("Content-Encoding", "br");
    response.body = file.brotli;
  } else if (!file.gzip.empty() && (file.raw.empty() || accepts(accepted, "gzip"))) {
    // Without a raw form, a client that accepts nothing gets gzip: every browser of the last 20 years reads it.
    response.headers.add("Content-Encoding", "gzip");
    response.body = file.gzip;
  } else {
    response.body = file.raw;
  }
  return response;
}

Pages::Template Pages::cut(std::string_view text, std::string_view mark) {
  Template pieces;
  for (size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    pieces.emplace_back(text.substr(0, at));
    text.remove_prefix(at + mark.size());
  }
  pieces.emplace_back(text);
  return pieces;
}

std::string Pages::fill(const Template& pieces, std::string_view nonce) {
  std::string out = pieces.front();
  for (size_t i = 1; i < pieces.size(); ++i) out.append(nonce).append(pieces[i]);
  return out;
}

}  // namespace gyr::web
