import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { kindOfSource } from "../lib/source";
import { words } from "../lib/words";
import { Button, Icon } from "../ui";

/** What the stage needs to know of a picture: whether it is to be seen, and whether it stands upright. */
export interface Shown {
  readonly on: boolean;
  readonly upright: boolean;
}

export const dark: Shown = { on: false, upright: false };

/**
 * The room's picture: a video, or the page of a player in a frame. The policy of this page lets in the operator's media
 * origins alone, so a source of another one, or one that cannot be played, leaves the drawn scene and one line that says so.
 * `over` is true where the room stands over the picture, and so over a video's own controls.
 */
export function Picture({ source, over, onShown }: { source: string; over: boolean; onShown: (shown: Shown) => void }) {
  const w = words();
  const [broken, setBroken] = useState(false);
  const [again, setAgain] = useState(0);
  const kind = kindOfSource(source, location.origin);
  const fail = () => {
    setBroken(true);
    onShown(dark);
  };
  useEffect(() => {
    const blocked = (e: SecurityPolicyViolationEvent) => {
      if (e.effectiveDirective === "frame-src" || e.effectiveDirective === "media-src") fail();
    };
    document.addEventListener("securitypolicyviolation", blocked);
    return () => {
      document.removeEventListener("securitypolicyviolation", blocked);
      onShown(dark);
    };
  }, []);
  if (broken || kind === "none") {
    return (
      <p class="no-picture" role="status">
        {w.noPicture}
        {kind !== "none" && (
          <Button
            look="quiet"
            onClick={() => {
              setBroken(false);
              setAgain(again + 1);
            }}
          >
            {w.tryAgain}
          </Button>
        )}
      </p>
    );
  }
  if (kind === "video") return <Film key={again} source={source} over={over} onShown={onShown} onFail={fail} />;
  return (
    <iframe
      key={again}
      class="picture"
      src={source}
      title={w.picture}
      // It may run as the page of its own origin, but neither lead this page away nor open another one.
      sandbox="allow-scripts allow-same-origin allow-presentation"
      allow="autoplay; fullscreen; encrypted-media; picture-in-picture"
      referrerpolicy="strict-origin"
      onLoad={() => onShown({ on: true, upright: false })}
    />
  );
}

/** A video begins without sound, else no browser begins by itself; one tap gives the sound. */
function Film({ source, over, onShown, onFail }: { source: string; over: boolean; onShown: (shown: Shown) => void; onFail: () => void }) {
  const w = words();
  const film = useRef<HTMLVideoElement>(null);
  const [muted, setMuted] = useState(true);
  useLayoutEffect(() => {
    if (film.current) film.current.muted = true; // Preact sets no property of a browser's attribute `muted`
  }, []);
  return (
    <>
      <video
        ref={film}
        class="picture"
        src={source}
        aria-label={w.picture}
        controls={!over}
        autoplay
        playsInline
        onLoadedData={(e) => onShown({ on: true, upright: e.currentTarget.videoHeight > e.currentTarget.videoWidth })}
        onVolumeChange={(e) => setMuted(e.currentTarget.muted)}
        onError={onFail}
      />
      {(muted || over) && (
        <button
          type="button"
          class="sound"
          onClick={() => {
            if (film.current) film.current.muted = !muted;
          }}
        >
          <Icon name={muted ? "silent" : "sound"} />
          {muted ? w.soundOn : w.soundOff}
        </button>
      )}
    </>
  );
}
