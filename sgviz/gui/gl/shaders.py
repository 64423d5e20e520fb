"""The GLSL of the 3-D view: ribbons, round sprites, flat planes.

Everything works in device pixels. A ribbon is a strip of two vertices a point, moved
apart along the mitre in the vertex shader; its edge and its halo are analytic, in the
fragment shader, so that no multisampling is needed. The fog mixes a colour towards
the background by its depth before the eye.
"""

COMMON = """
#version 330 core
uniform mat4 u_mvp;
uniform vec4 u_depth;       // dot with (position, 1): distance before the eye
uniform vec3 u_fog;         // where it begins, 1 / length, strength
uniform vec3 u_background;

float fog_at(vec3 place) {
    float depth = dot(u_depth, vec4(place, 1.0));
    return u_fog.z * clamp((depth - u_fog.x) * u_fog.y, 0.0, 1.0);
}

vec3 fogged(vec3 colour, vec3 place) {
    return mix(colour, u_background, fog_at(place));
}

// The point of the near plane between p, which is behind it, and q, which is not.
vec4 on_near_plane(vec4 p, vec4 q) {
    float behind = p.z + p.w, before = q.z + q.w;
    return mix(p, q, 1.0001 * behind / (behind - before));
}
"""

RIBBON_VERTEX = (
    COMMON
    + """
layout(location = 0) in vec3 a_before;
layout(location = 1) in vec3 a_here;
layout(location = 2) in vec3 a_after;
layout(location = 3) in vec4 a_colour;
uniform vec2 u_viewport;
uniform float u_reach;      // half the width, the rim and the feather, in pixels
uniform float u_toward;     // a point behind the eye: 1 pulls it along the next segment
noperspective out float v_offset;
noperspective out vec3 v_colour;

vec2 unit(vec2 v, vec2 otherwise) {
    float size = length(v);
    return size > 1e-4 ? v / size : otherwise;
}

void main() {
    vec4 before = u_mvp * vec4(a_before, 1.0);
    vec4 here = u_mvp * vec4(a_here, 1.0);
    vec4 after = u_mvp * vec4(a_after, 1.0);
    bool see_before = before.z > -before.w;
    bool see_here = here.z > -here.w;
    bool see_after = after.z > -after.w;
    if (see_here) {
        if (!see_before) before = on_near_plane(before, here);
        if (!see_after) after = on_near_plane(after, here);
    } else if (u_toward > 0.0) {
        if (see_after) here = on_near_plane(here, after);
        before = here;
    } else {
        if (see_before) here = on_near_plane(here, before);
        after = here;
    }

    vec2 scale = 0.5 * u_viewport;
    vec2 p = before.xy / before.w * scale;
    vec2 c = here.xy / here.w * scale;
    vec2 n = after.xy / after.w * scale;
    vec2 arriving = unit(c - p, vec2(0.0));
    vec2 leaving = unit(n - c, arriving);
    arriving = arriving == vec2(0.0) ? leaving : arriving;
    vec2 along = unit(arriving + leaving, unit(arriving, vec2(1.0, 0.0)));
    vec2 mitre = vec2(-along.y, along.x);
    float bend = dot(mitre, vec2(-leaving.y, leaving.x));
    float side = float(gl_VertexID & 1) * 2.0 - 1.0;
    float reach = side * u_reach / max(bend, 0.3);  // no spikes at hairpins

    gl_Position = here;
    gl_Position.xy += mitre * reach / scale * here.w;
    v_offset = reach * bend;    // how far this edge is from the line, in pixels
    v_colour = mix(u_background, fogged(a_colour.rgb, a_here), a_colour.a);
}
"""
)

RIBBON_FRAGMENT = """
#version 330 core
uniform vec3 u_background;
uniform float u_half;       // half the width in pixels
uniform vec3 u_rim;         // of the halo: width, 1 / fade, opacity
uniform float u_opacity;
noperspective in float v_offset;
noperspective in vec3 v_colour;
out vec4 o_colour;          // premultiplied

void main() {
    float d = abs(v_offset);
    float line = u_opacity * clamp(u_half - d + 0.5, 0.0, 1.0);
    float rim = u_rim.z * clamp((u_half + u_rim.x - d) * u_rim.y, 0.0, 1.0);
    float under = rim * (1.0 - line);
    o_colour = vec4(v_colour * line + u_background * under, line + under);
}
"""

# The same for what moves: an opaque halo that fades over its last pixel. A tenth
# cheaper, which counts where a processor does the work of a graphics card.
QUICK_FRAGMENT = """
#version 330 core
uniform vec3 u_background;
uniform float u_half;
uniform vec3 u_rim;
noperspective in float v_offset;
noperspective in vec3 v_colour;
out vec4 o_colour;

void main() {
    float d = abs(v_offset);
    float line = clamp(u_half - d + 0.5, 0.0, 1.0);
    float all = clamp(u_half + u_rim.x - d, 0.0, 1.0);
    o_colour = vec4(mix(u_background, v_colour, line) * all, all);
}
"""

# The same once more, by lines as wide as the ribbon: half as many primitives. Their
# joints are not mitred, and only software OpenGL is quicker with them.
LINE_VERTEX = (
    COMMON
    + """
layout(location = 0) in vec3 a_before;
layout(location = 1) in vec3 a_here;
layout(location = 3) in vec4 a_colour;
uniform vec2 u_viewport;
flat out vec3 v_line;       // of the segment that ends here: normal, minus distance
noperspective out vec3 v_colour;

void main() {
    vec4 before = u_mvp * vec4(a_before, 1.0);
    vec4 here = u_mvp * vec4(a_here, 1.0);
    gl_Position = here;     // the near plane cuts lines rightly by itself
    bool see_before = before.z > -before.w;
    bool see_here = here.z > -here.w;
    if (see_here && !see_before) before = on_near_plane(before, here);
    if (see_before && !see_here) here = on_near_plane(here, before);
    vec2 p = (before.xy / before.w * 0.5 + 0.5) * u_viewport;
    vec2 c = (here.xy / here.w * 0.5 + 0.5) * u_viewport;
    vec2 along = c - p;
    float size = length(along);
    along = size > 1e-4 ? along / size : vec2(1.0, 0.0);
    vec2 normal = vec2(-along.y, along.x);
    v_line = vec3(normal, -dot(normal, see_here ? c : p));
    v_colour = mix(u_background, fogged(a_colour.rgb, a_here), a_colour.a);
}
"""
)

LINE_FRAGMENT = """
#version 330 core
uniform vec3 u_background;
uniform float u_half;
uniform vec3 u_rim;
flat in vec3 v_line;
noperspective in vec3 v_colour;
out vec4 o_colour;

void main() {
    float d = abs(dot(v_line.xy, gl_FragCoord.xy) + v_line.z);
    float line = clamp(u_half - d + 0.5, 0.0, 1.0);
    float all = clamp(u_half + u_rim.x - d, 0.0, 1.0);
    o_colour = vec4(mix(u_background, v_colour, line) * all, all);
}
"""

SPRITE_VERTEX = (
    COMMON
    + """
layout(location = 0) in vec3 a_here;
layout(location = 1) in vec4 a_colour;
uniform float u_size;       // the sprite's width in pixels
uniform vec4 u_pull;        // projection[2][2], [2][3]; nearer by x * depth + y
out vec4 v_colour;

void main() {
    vec4 here = u_mvp * vec4(a_here, 1.0);
    // Pulled towards the eye, or its own line would cut the disc in two.
    float depth = dot(u_depth, vec4(a_here, 1.0));
    float nearer = depth - u_pull.z * depth - u_pull.w;
    float w = u_pull.z > 0.0 ? nearer : 1.0;
    float z = (u_pull.y - u_pull.x * nearer) / w;
    gl_Position = vec4(here.xy, max(z, -1.0) * here.w, here.w);
    gl_PointSize = u_size;
    v_colour = vec4(fogged(a_colour.rgb, a_here), a_colour.a);
}
"""
)

SPRITE_FRAGMENT = """
#version 330 core
uniform float u_size;
uniform vec3 u_disc;        // radius of the disc, width of border, of rim, in pixels
uniform vec4 u_border;
uniform vec4 u_halo;
in vec4 v_colour;
out vec4 o_colour;

vec4 over(vec4 top, vec4 below) {  // both premultiplied
    return top + below * (1.0 - top.a);
}

void main() {
    float d = length(gl_PointCoord - 0.5) * u_size;
    float inner = clamp(u_disc.x - d + 0.5, 0.0, 1.0);
    float outer = clamp(u_disc.x + u_disc.y - d + 0.5, 0.0, 1.0);
    float rim = clamp(u_disc.x + u_disc.y + u_disc.z - d + 0.5, 0.0, 1.0);
    vec4 disc = vec4(v_colour.rgb, 1.0) * (v_colour.a * inner);
    float width = u_disc.y > 0.0 ? (outer - inner) : 0.0;
    vec4 border = vec4(u_border.rgb, 1.0) * (u_border.a * width);
    float hollow = v_colour.a > 0.0 ? rim : rim * (1.0 - inner);
    vec4 halo = vec4(u_halo.rgb, 1.0) * (u_halo.a * hollow);
    vec4 colour = over(disc + border, halo);
    if (colour.a < 0.02) discard;
    o_colour = colour;
}
"""

PLANE_VERTEX = (
    COMMON
    + """
layout(location = 0) in vec3 a_here;
layout(location = 1) in vec4 a_colour;
out vec4 v_colour;

void main() {
    gl_Position = u_mvp * vec4(a_here, 1.0);
    v_colour = a_colour;
}
"""
)

PLANE_FRAGMENT = """
#version 330 core
in vec4 v_colour;
out vec4 o_colour;

void main() {
    o_colour = vec4(v_colour.rgb * v_colour.a, v_colour.a);
}
"""
