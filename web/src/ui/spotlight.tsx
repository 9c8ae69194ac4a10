/** A light on an empty floor: for pages on which nothing plays. */
export function Spotlight() {
  return (
    <svg class="spotlight" viewBox="0 0 320 180" aria-hidden="true">
      <path class="cone" d="M154 8h12l70 142a76 14 0 0 1-152 0z" />
      <ellipse class="spot" cx="160" cy="150" rx="76" ry="14" />
      <path class="lamp" d="M146 0h28l-5 12h-18z" />
    </svg>
  );
}
