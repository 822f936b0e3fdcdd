/** A figure's colours and letters are the page's: light or dark, whatever its owner has set. */

const ROLES = {
  "#14181f": "--st-text-color",
  "#ffffff": "--st-background-color",
  "#c3ccd9": "--st-border-color",
  "#1a56c4": "--st-primary-color",
};

/**
 * The page's theme at a place.
 * @param {Record<string, string>} dark what each colour is on a dark page
 */
export function themed(place, dark) {
  const style = getComputedStyle(place);
  const own = Object.entries(ROLES).map(([colour, name]) => [
    colour,
    style.getPropertyValue(name).trim(),
  ]);
  const isDark = isDarkColour(style.getPropertyValue("--st-background-color").trim());
  const colours = {
    ...(isDark ? dark : {}),
    ...Object.fromEntries(own.filter(([, value]) => value)),
  };
  const family = style.getPropertyValue("--st-font").trim() || "sans-serif";
  const size = Math.round(parseFloat(style.fontSize) * 10) / 10;
  const name = JSON.stringify([colours, family, size]);
  const background = colours["#ffffff"] ?? "#ffffff";
  return {
    name,
    colours,
    background,
    family,
    size,
    isDark,
    of: (spec) => recoloured(spec, colours),
  };
}

function recoloured(part, colours) {
  if (typeof part === "string") return Object.hasOwn(colours, part) ? colours[part] : part;
  if (Array.isArray(part)) return part.map((each) => recoloured(each, colours));
  if (part?.constructor !== Object || "bdata" in part) return part;
  const changed = Object.entries(part).map(([key, value]) => [key, recoloured(value, colours)]);
  return Object.fromEntries(changed);
}

function isDarkColour(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour || "#ffffff";
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}
